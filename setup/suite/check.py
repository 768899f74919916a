"""./setup/test: every check that must pass before a change is merged, quick ones first, pytest last."""

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .console import Failure, Steps, run
from .database import BASE_MODULES, addons_needed
from .logcheck import check_log
from .prepare import BROWSER_STEPS, STEPS, prepared
from .provision import pip_install, show_odoo
from .state import ADDONS, LOCKS, LOGS, REPOSITORY, RUN, SETUP

ALL = ",".join(ADDONS)

# Odoo's checkers for source code with the messages it chose (its TestPyLint runs them over all of Odoo, for minutes).
ODOO_CHECKERS = "_odoo_checker_sql_injection,_odoo_checker_gettext,_odoo_checker_unlink_override,_pylint_path_setup"
ODOO_MESSAGES = (
    "used-before-assignment,undefined-variable,eval-used,unreachable,function-redefined,sql-injection,"
    "missing-gettext,gettext-variable,gettext-placeholders,gettext-repr,raise-unlink-override"
)
# Those of its checks of files and loaded models that are quick and can concern an addon.
ODOO_LINT = (
    "ManifestLinter",
    "PotLinter",
    "RoutesLinter",
    "TestDocstring",
    "TestDunderinit",
    "TestI18n",
    "TestIndex",
    "TestJsTranslations",
    "TestLintOverrideSignatures",
    "TestNaming",
    "TestTestHoles",
)

# Rules of the Odoo Community Association for its own addons, or wrong here. (.pylintrc cannot hold them: "all" would win or lose as a whole.)
PYLINT_DISABLED = (
    "manifest-required-author",  # asks for that association as author
    "missing-return",  # asks a compute to return super()'s value, which is nothing
    "consider-merging-classes-inherited",  # a long model is divided into one file for each subject
)
OCA_DISABLED = (
    "prefer-readme-rst",  # each addon has a README.md
    "xml-field-numeric-without-eval",  # Odoo's own data files write numbers as text, the ORM converts them
    "xml-tag-position",  # a fixed order of attributes
    "xml-duplicate-record-id",  # the demo stories move a record in steps: the same id again means its next step
    "po-pretty-format",  # translations are laid out as Odoo exports them
)


def add_arguments(parser):
    parser.add_argument(
        "--only",
        choices=("lint", "pytest"),
        help="the source code checks alone, or pytest alone on a database made for it",
    )
    parser.add_argument(
        "pytest", nargs="*", metavar="PYTEST_ARGUMENT", help="given to pytest after --, for example: -- tests -k recall"
    )


def main(options):
    with own_slot() as slot:
        steps = Steps(LOGS / slot, STEPS + BROWSER_STEPS + {None: 8, "lint": 1, "pytest": 3}[options.only])
        with prepared(steps, browser=True) as (installation, _holder):
            run_checks(Checks(installation, steps, slot), options)


def run_checks(checks, options):
    try:
        if options.only == "lint":
            checks.source()
            return
        if options.only == "pytest":
            checks.all_together()
            checks.assets()
        else:
            checks.steps.side_by_side(checks.outside, checks.inside)
        checks.pytest(options.pytest)
    finally:
        checks.clean()


@contextlib.contextmanager
def own_slot():
    """A name for this run's databases and logs that no other run has now; what an interrupted run left is overwritten."""
    LOCKS.mkdir(parents=True, exist_ok=True)
    for number in range(1, 100):
        with (LOCKS / f"test-{number}").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield f"test-{number}"
            return


class Checks:
    def __init__(self, installation, steps, slot):
        self.installation = installation
        self.server = installation.server
        self.steps = steps
        self.folder = RUN / slot
        self.database = f"suite_{slot.replace('-', '_')}"
        self._alone_database = f"{self.database}_alone"
        self._lint_database = f"{self.database}_lint"
        self.programs = installation.venv / "bin"
        self.configuration = installation.configure(slot, [REPOSITORY])
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()

    def clean(self):
        # The last kind is made by pytest-xdist, one for each worker.
        mine = f"^{self.database}(_alone|_lint|-gw[0-9]+)?$"
        for name in self.server.query(f"SELECT datname FROM pg_database WHERE datname ~ '{mine}'").split():
            self.server.drop(name)
        shutil.rmtree(self.folder, ignore_errors=True)

    def outside(self):
        """What needs no database with all addons."""
        self.source()
        self.wheels()
        self.each_alone()

    def inside(self):
        self.all_together()
        self.update()
        # Copied now, because a database cannot be copied while the next step works in it.
        self.server.copy(self.database, self._lint_database)
        # Here and not afterwards: the other side, one addon after the other from its wheel, takes longer than this one.
        self.assets()
        self.odoo_lint()

    def source(self):
        """Lint: what can be said without starting Odoo; all tools run, so that one run tells everything."""
        failed = []
        with self.steps.step("source code: ruff, pylint-odoo, Odoo's and OCA's checkers", "lint", tail=200) as log:

            def tool(*command, **environment):
                try:
                    run(command, log, cwd=REPOSITORY, env={**self.installation.environment, **environment})
                except subprocess.CalledProcessError:
                    failed.append(Path(command[0]).name)

            tool(self.programs / "ruff", "check", "--no-cache", "--output-format=concise", ".")
            tool(self.programs / "pylint", "--rcfile=.pylintrc", f"--disable={','.join(PYLINT_DISABLED)}", *ADDONS)
            checkers = next(
                path for addons in self.installation.odoo.addons if (path := addons / "test_lint/tests").is_dir()
            )
            options = [
                "--rcfile=/dev/null",
                "--score=no",
                f"--load-plugins={ODOO_CHECKERS}",
                "--disable=all",
                f"--enable={ODOO_MESSAGES}",
            ]
            tool(self.programs / "pylint", *options, *ADDONS, PYTHONPATH=str(checkers))
            oca_disabled = f"--disable={','.join(OCA_DISABLED)}"
            manifests = [f"{addon}/__manifest__.py" for addon in ADDONS]
            tool(self.programs / "oca-checks-odoo-module", oca_disabled, *manifests)
            translations = [path for addon in ADDONS for path in sorted((REPOSITORY / addon / "i18n").glob("*.po*"))]
            if translations:
                tool(self.programs / "oca-checks-po", oca_disabled, *translations)
            discover = ["-m", "unittest", "discover", "-s", SETUP / "tests", "-t", SETUP]
            tool(self.installation.python, *discover, SUITE_STATE=str(self.folder))
            if failed:
                raise Failure(f"Not clean: {', '.join(failed)}")

    def wheels(self):
        """Each addon builds as a wheel; all three install beside Odoo in a virtual environment that has nothing else of ours."""
        with self.steps.step("wheels", "wheels") as log:
            build = [
                self.installation.python,
                "-m",
                "build",
                "--wheel",
                "--no-isolation",
                "--outdir",
                self.folder / "dist",
            ]
            # The version is the manifest's, without a count of commits: neither git nor a clone is needed.
            environment = {**self.installation.environment, "WHOOL_POST_VERSION_STRATEGY_OVERRIDE": "none"}
            for addon in ADDONS:
                # From a copy, because the build leaves files in the folder.
                source, copy = REPOSITORY / addon, self.folder / "source" / addon
                shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
                run([*build, copy], log, env=environment)
            venv = self.folder / "venv"
            run([sys.executable, "-m", "venv", "--without-pip", venv], log)
            show_odoo(venv, self.installation.odoo)
            self._see_packages_of(self.installation.venv, venv)
            pip_install(venv, log, f"--find-links={self.folder / 'dist'}", *[f"odoo-addon-{addon}" for addon in ADDONS])

    def _see_packages_of(self, venv, scratch):
        """Odoo's Python packages are looked up, not installed again."""
        packages = next((scratch / "lib").glob("python3*")) / "site-packages"
        (packages / "requirements.pth").write_text(f"{next((venv / 'lib').glob('python3*')) / 'site-packages'}\n")

    def each_alone(self):
        """Each addon installs from its wheel into a database with no more of Odoo than its manifest asks for."""
        with self.steps.step("each addon alone, from its wheel", "alone") as log:
            configuration = self.installation.configure(f"{self.database}-wheels", ())
            python = self.folder / "venv/bin/python"
            database = self._alone_database
            common = None
            for addon in ADDONS:
                template = self.installation.template(addons_needed(REPOSITORY, [addon]), False, log, start_from=common)
                common = common or template  # the other addons need all that the first one needs
                self.server.copy(template, database)
                with self._odoo_log(f"alone-{addon}", log) as odoo_log:
                    self.installation.modules(configuration, database, odoo_log, "-i", addon, python=python)
                self._check_installed(database, addon)

    def all_together(self):
        with self.steps.step("all addons together, with demo data", "together") as log:
            template = self.installation.template(BASE_MODULES, True, log)
            self.server.copy(template, self.database)
            with self._odoo_log("together-odoo", log) as odoo_log:
                self.installation.modules(self.configuration, self.database, odoo_log, "-i", ALL, "--with-demo")
            self._check_installed(self.database, *ADDONS)

    def update(self):
        with self.steps.step("update of all addons", "update") as log, self._odoo_log("update-odoo", log) as odoo_log:
            self.installation.modules(self.configuration, self.database, odoo_log, "-u", ALL)

    def odoo_lint(self):
        with self.steps.step("Odoo's own test_lint", "test-lint") as log:
            tags = ",".join(f"/test_lint:{name}" for name in ODOO_LINT)
            database = self._lint_database
            with self._odoo_log("test-lint-odoo", log) as odoo_log:
                self.installation.modules(
                    self.configuration, database, odoo_log, "-i", "test_lint", "--test-tags", tags
                )
            if not re.search(
                r"0 failed, 0 error\(s\) of [1-9]\d* tests", (self.steps.log_folder / "test-lint-odoo.log").read_text()
            ):
                raise Failure("test_lint did not run")

    def assets(self):
        with self.steps.step("scripts and styles for the browser tests", "assets") as log:
            self.installation.build_assets(self.configuration, self.database, log)

    def pytest(self, arguments):
        """The tests; pytest's own last line ends the output."""
        self.steps.announce("pytest")
        options = [
            "-p",
            "pytest_strict",
            f"--odoo-config={self.configuration}",
            f"--odoo-database={self.database}",
            "--odoo-http",
            # A worker for each core, each with its own copy of the database; -n 0 after -- for one process (--pdb).
            f"--numprocesses={min(os.cpu_count(), 4)}",
            "--dist=loadfile",
        ]
        environment = {**self.installation.environment, "PYTHONPATH": str(SETUP)}
        result = subprocess.run(
            [self.programs / "python", "-m", "pytest", *options, *arguments],
            cwd=REPOSITORY,
            env=environment,
            check=False,
        )
        if result.returncode:
            raise Failure(
                f"pytest ended with code {result.returncode} (screenshots of failed browser tests: {RUN.parent / 'screenshots'})"
            )

    @contextlib.contextmanager
    def _odoo_log(self, name, step_log):
        """A log of its own for one start of Odoo, checked for warnings and errors afterwards."""
        path = self.steps.log_folder / f"{name}.log"
        step_log.write(f"Odoo's log: {path}\n".encode())
        step_log.flush()
        try:
            with path.open("wb") as log:
                yield log
        except subprocess.CalledProcessError:
            step_log.write(path.read_bytes()[-4000:])
            raise
        check_log(path)

    def _check_installed(self, database, *addons):
        """Odoo's exit code is 0 even if it does not know the addon."""
        names = self.server.query("SELECT name FROM ir_module_module WHERE state = 'installed'", database).split()
        missing = [addon for addon in addons if addon not in names]
        if missing:
            raise Failure(f"not installed: {', '.join(missing)}")
