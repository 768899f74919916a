"""./setup/test: every check that must pass before a change is merged, quick ones first, pytest last."""

import contextlib
import fcntl
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from .console import Failure, Steps, run, say
from .database import BASE_MODULES, addons_needed
from .logcheck import check_log
from .prepare import BROWSER_STEPS, STEPS, prepared
from .provision import pip_install, show_odoo
from .state import ADDONS, LOCKS, LOGS, REPOSITORY, RUN, SETUP

ALL = ",".join(ADDONS)

# Odoo's checkers for source code (its TestPyLint runs them over all of Odoo, which takes minutes).
ODOO_CHECKERS = "pylint.extensions.bad_builtin,_odoo_checker_sql_injection,_odoo_checker_gettext,_odoo_checker_unlink_override,_pylint_path_setup"
ODOO_MESSAGES = "sql-injection,gettext-variable,gettext-placeholders,gettext-repr,missing-gettext,raise-unlink-override,bad-builtin,undefined-variable"
# Its checks of the loaded models and of files; TestPyLint and TestESLint are left out (see above; no eslint).
ODOO_LINT_TAGS = "/test_lint,-/test_lint:TestPyLint,-/test_lint:TestESLint"

# Rules of the Odoo Community Association for its own addons, or wrong here. (.pylintrc cannot hold them: "all" would win or lose as a whole.)
PYLINT_DISABLED = (
    "manifest-required-author",  # asks for that association as author
    "missing-return",  # asks a compute to return super()'s value, which is nothing
    "consider-merging-classes-inherited",  # a long model is divided into one file for each subject
)
OCA_DISABLED = "prefer-readme-rst"  # each addon has a README.md


def add_arguments(parser):
    parser.add_argument(
        "--only-pytest", action="store_true", help="prepare the database and run pytest, leave out all other checks"
    )
    parser.add_argument(
        "pytest", nargs="*", metavar="PYTEST_ARGUMENT", help="given to pytest after --, for example: -- tests -k recall"
    )


def main(options):
    with own_slot() as slot:
        checks = 3 if options.only_pytest else 8
        steps = Steps(LOGS / slot, STEPS + BROWSER_STEPS + checks)
        with prepared(steps, browser=True) as (installation, _holder):
            run_checks(Checks(installation, steps, slot), options)


def run_checks(checks, options):
    try:
        if not options.only_pytest:
            checks.source()
            checks.wheels()
            checks.each_alone()
        checks.all_together()
        if not options.only_pytest:
            checks.update()
            checks.odoo_lint()
        checks.assets()
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


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Checks:
    def __init__(self, installation, steps, slot):
        self.installation = installation
        self.server = installation.server
        self.steps = steps
        self.folder = RUN / slot
        self.database = f"suite_{slot.replace('-', '_')}"
        self.programs = installation.venv / "bin"
        # Odoo closes the test's port itself; 0 is not possible because the browser must know it.
        self.configuration = installation.configure(slot, [REPOSITORY], free_port())
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()

    def clean(self):
        for suffix in ("", "_alone", "_lint"):
            self.server.drop(self.database + suffix)
        shutil.rmtree(self.folder, ignore_errors=True)

    def source(self):
        """Lint: what can be said without starting Odoo; all tools run, so that one run tells everything."""
        failed = []
        with self.steps.step("source code: ruff, pylint-odoo, Odoo's and OCA's checkers", "lint") as log:

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
            manifests = [f"{addon}/__manifest__.py" for addon in ADDONS]
            tool(self.programs / "oca-checks-odoo-module", f"--disable={OCA_DISABLED}", *manifests)
            translations = [path for addon in ADDONS for path in sorted((REPOSITORY / addon / "i18n").glob("*.po*"))]
            if translations:
                tool(self.programs / "oca-checks-po", *translations)
            tool(
                sys.executable,
                "-m",
                "unittest",
                "discover",
                "-s",
                SETUP / "tests",
                "-t",
                SETUP,
                SUITE_STATE=str(self.folder),
            )
            if failed:
                raise Failure(f"Not clean: {', '.join(failed)}")

    def wheels(self):
        """Each addon builds as a wheel; all three install beside Odoo in a virtual environment that has nothing else of ours."""
        with self.steps.step("wheels", "wheels") as log:
            for addon in ADDONS:
                # From a copy, because the build leaves files in the folder.
                copy = shutil.copytree(
                    REPOSITORY / addon, self.folder / "source" / addon, ignore=shutil.ignore_patterns("__pycache__")
                )
                run(
                    [
                        self.installation.python,
                        "-m",
                        "build",
                        "--wheel",
                        "--no-isolation",
                        "--outdir",
                        self.folder / "dist",
                        copy,
                    ],
                    log,
                )
            venv = self.folder / "venv"
            run([sys.executable, "-m", "venv", "--without-pip", venv], log)
            show_odoo(venv, self.installation.odoo)
            self._see_packages_of(self.installation.venv, venv)
            pip_install(
                self.installation.venv,
                log,
                f"--python={venv}",
                f"--find-links={self.folder / 'dist'}",
                *[f"odoo-addon-{addon}" for addon in ADDONS],
            )

    def _see_packages_of(self, venv, scratch):
        """Odoo's Python packages are looked up, not installed again."""
        packages = next((scratch / "lib").glob("python3*")) / "site-packages"
        (packages / "requirements.pth").write_text(f"{next((venv / 'lib').glob('python3*')) / 'site-packages'}\n")

    def each_alone(self):
        """Each addon installs from its wheel into a database with no more of Odoo than its manifest asks for."""
        with self.steps.step("each addon alone, from its wheel", "alone") as log:
            configuration = self.installation.configure(f"{self.database}-wheels", ())
            for addon in ADDONS:
                template = self.installation.template(addons_needed(REPOSITORY, [addon]), False, log)
                self.server.copy(template, f"{self.database}_alone")
                with self._odoo_log(f"alone-{addon}", log) as odoo_log:
                    self.installation.modules(
                        configuration,
                        f"{self.database}_alone",
                        odoo_log,
                        "-i",
                        addon,
                        python=self.folder / "venv/bin/python",
                    )
                self._check_installed(f"{self.database}_alone", addon)

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
            self.server.copy(self.database, f"{self.database}_lint")
            with self._odoo_log("test-lint-odoo", log) as odoo_log:
                self.installation.modules(
                    self.configuration,
                    f"{self.database}_lint",
                    odoo_log,
                    "-i",
                    "test_lint",
                    "--test-tags",
                    ODOO_LINT_TAGS,
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
        self.steps.number += 1
        say(f"{self.steps.number}/{self.steps.total} pytest")
        options = [
            "-p",
            "pytest_strict",
            f"--odoo-config={self.configuration}",
            f"--odoo-database={self.database}",
            "--odoo-http",
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
