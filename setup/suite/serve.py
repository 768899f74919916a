"""./setup/run: a database with the addons, and Odoo serving it on 127.0.0.1."""

import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from .console import Failure, Steps, say
from .database import BASE_MODULES, Server, addons_needed
from .prepare import STEPS, prepared
from .state import ADDONS, LOGS, REPOSITORY, RUN, STATE

READY_SECONDS = 180


def add_arguments(parser):
    parser.add_argument("--port", type=int, default=8069, help="port on 127.0.0.1 (default: 8069)")
    parser.add_argument("--database", default="suite", help="name of the database, kept between runs (default: suite)")
    parser.add_argument("--fresh", action="store_true", help="throw the database away and make it anew")
    parser.add_argument("--no-demo", action="store_true", help="make the database without demo data")
    parser.add_argument(
        "--update",
        action="store_true",
        help="update the addons in the database (done by itself when their code changed)",
    )
    parser.add_argument(
        "--languages", nargs="+", metavar="CODE", default=[], help="load languages, for example: zh_CN zh_TW ja_JP"
    )
    parser.add_argument(
        "--detach", action="store_true", help="return when the login page answers; Odoo goes on in the background"
    )
    parser.add_argument(
        "--stop", action="store_true", help="end what --detach started on this port (and the private PostgreSQL)"
    )


def main(options):
    if options.stop:
        stop(options.port)
        return
    running = running_server(options.port)
    if running and running["addons"] == addons_digest() and not (options.fresh or options.update or options.languages):
        say(f"Odoo already runs on {address(options.port)} (admin / admin). End it with: ./setup/run --stop")
        return
    if running:
        end_server(running, options.port)
    check_port_is_free(options.port)
    steps = Steps(LOGS / "run", STEPS + 2)
    with prepared(steps) as (installation, holder):
        configuration = installation.configure(f"server-{options.port}", [REPOSITORY], options.port, list_db=False)
        with steps.step(f"database {options.database}", "database") as log:
            ensure_database(installation, configuration, options, log)
        with steps.step("start Odoo", "start"):
            process = start(installation, configuration, options, holder)
            wait_until_ready(process, options.port)
        say(f"ready: {address(options.port)}  user admin, password admin  (Odoo's log: {odoo_log(options.port)})")
        if options.detach:
            say(f"End it with: ./setup/run --stop{'' if options.port == 8069 else f' --port {options.port}'}")
        else:
            say("Ctrl-C ends it.")
            serve_until_told_to_stop(process, options.port)


def address(port):
    return f"http://127.0.0.1:{port}"


def odoo_log(port):
    return LOGS / f"server-{port}.log"


def check_port_is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Failure(
                f"Port {port} on 127.0.0.1 cannot be used ({error.strerror}). End the program that has it, or choose another: ./setup/run --port {port + 1}"
            ) from error


# -- database ----------------------------------------------------------------


def addons_digest():
    """Changes when any file of the addons changes."""
    result = hashlib.sha256()
    for addon in ADDONS:
        for path in sorted((REPOSITORY / addon).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                result.update(str(path.relative_to(REPOSITORY)).encode() + b"\0" + path.read_bytes())
    return result.hexdigest()


def ensure_database(installation, configuration, options, log):
    """Make the database if it is not there, update it if the addons' code is not what it was made from."""
    server, name, code = installation.server, options.database, addons_digest()
    addons = ",".join(ADDONS)
    if options.fresh or not server.exists(name):
        modules = addons_needed(REPOSITORY, ADDONS) if options.no_demo else BASE_MODULES
        template = installation.template(modules, not options.no_demo, log)
        unfinished = f"{name}_new"
        server.copy(template, unfinished)
        installation.modules(
            configuration, unfinished, log, "-i", addons, *([] if options.no_demo else ["--with-demo"])
        )
        server.rename(unfinished, name)
        server.set_note(name, code)
    elif options.update or server.note(name) != code:
        say(
            "updating the addons in the database"
            + ("" if options.update else ": their code changed since it was last started")
        )
        # what the addons came to need since then is installed before they are loaded
        before = REPOSITORY / "quality_complaint/migrations/19.0.1.2.0/before_delivery.py"
        installation.modules(configuration, name, log, "-i", addons, "-u", addons, "--pre-upgrade-scripts", str(before))
        server.set_note(name, code)
    if options.languages:
        installation.load_languages(configuration, name, log, options.languages)


# -- server ------------------------------------------------------------------


def record_file(port):
    return RUN / f"server-{port}.json"


def running_server(port):
    """What --detach left running on this port from this clone, if it still runs."""
    try:
        record = json.loads(record_file(port).read_text())
        command = Path(f"/proc/{record['pid']}/cmdline").read_text()
    except (OSError, ValueError):
        return None
    return record if f"server-{port}.conf" in command and record["repository"] == str(REPOSITORY) else None


def start(installation, configuration, options, holder):
    """Start Odoo in a session of its own; it keeps hold of the private PostgreSQL as long as it lives."""
    command = installation.command("-c", configuration, "-d", options.database)
    with odoo_log(options.port).open("wb") as log:
        process = subprocess.Popen(
            list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=installation.environment,
            cwd=RUN,
            start_new_session=True,
            pass_fds=[holder],
        )
    record_file(options.port).write_text(
        json.dumps({"pid": process.pid, "repository": str(REPOSITORY), "addons": addons_digest()})
    )
    return process


def wait_until_ready(process, port):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failure("Odoo ended at once:\n" + log_tail(port))
        with (
            contextlib.suppress(OSError, urllib.error.URLError),
            opener.open(f"{address(port)}/web/login", timeout=60) as answer,
        ):
            if answer.status == 200:
                return
        time.sleep(0.5)
    process.terminate()
    raise Failure(f"The login page did not answer within {READY_SECONDS} s:\n" + log_tail(port))


def log_tail(port):
    return "\n".join(odoo_log(port).read_text(errors="replace").splitlines()[-25:])


def serve_until_told_to_stop(process, port):
    def end(_signal, _frame):
        process.terminate()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    code = process.wait()
    record_file(port).unlink(missing_ok=True)
    if code not in (0, -signal.SIGTERM):
        raise Failure(f"Odoo ended with code {code}:\n" + log_tail(port))
    say("ended")


def end_server(record, port):
    os.kill(record["pid"], signal.SIGTERM)
    for _attempt in range(150):
        if not running_server(port):
            break
        time.sleep(0.2)
    else:
        os.kill(record["pid"], signal.SIGKILL)
    record_file(port).unlink(missing_ok=True)
    say(f"ended Odoo on {address(port)}")


def stop(port):
    """End the server on this port, then the private PostgreSQL unless somebody else uses it."""
    record = running_server(port)
    if record:
        end_server(record, port)
    else:
        say(f"Nothing of this clone runs on {address(port)}")
    for venv in (STATE / "venv").glob("*"):
        if (venv / "complete").exists():
            Server(venv).stop_if_unused()
            return
