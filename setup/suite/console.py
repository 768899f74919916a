"""What the user sees: numbered steps with elapsed time, and failures that say what to do."""

import concurrent.futures
import contextlib
import fcntl
import subprocess
import sys
import threading
import time

START = time.monotonic()
TERMINAL = sys.stdout.isatty()
CLEAR_LINE = "\r\033[K" if TERMINAL else ""

HINTS = (
    (
        (
            "Temporary failure resolving",
            "Temporary failure in name resolution",
            "Name or service not known",
            "Could not resolve",
            "Network is unreachable",
            "ENOTFOUND",
            "EAI_AGAIN",
            "Failed to establish a new connection",
            "Could not connect to",
            "No matching distribution found",
        ),
        "A package could not be fetched: is this machine on the network, and are apt, pip and npm allowed out? (Behind a proxy set http_proxy and https_proxy.)",
    ),
    (
        ("CERTIFICATE_VERIFY_FAILED",),
        "A certificate was not accepted: set PIP_CERT to the file with your company's root certificate.",
    ),
    (("No space left on device",), "The disk is full: about 4 GB are needed; SUITE_STATE moves the folder elsewhere."),
    (
        ("THESE PACKAGES DO NOT MATCH THE HASHES",),
        "A downloaded package differs from the lock file: empty pip's cache (pip cache purge) or look at your package mirror.",
    ),
)


class Failure(Exception):
    """Something the user can act on; the text says what failed and what to do."""


def say(text=""):
    print(f"{CLEAR_LINE}[{time.monotonic() - START:4.0f}s] {text}", flush=True)


def hint_for(text):
    """The advice for the first known symptom in a log, or an empty string."""
    return next((advice for symptoms, advice in HINTS if any(s in text for s in symptoms)), "")


class Steps:
    """Steps with numbers, elapsed time and a log file each; several may run at the same time."""

    def __init__(self, log_folder, total):
        self.log_folder = log_folder
        self.total = total
        self.number = 0
        self.running = {}
        log_folder.mkdir(parents=True, exist_ok=True)
        threading.Thread(target=self._show_progress, daemon=True).start()

    def announce(self, title):
        self.number += 1
        label = f"{self.number}/{self.total} {title}"
        say(f"{label} ...")
        return label

    @contextlib.contextmanager
    def step(self, title, log_name, tail=25):
        """Announce a step and give the block its log (a binary file); on failure show its last lines."""
        label = self.announce(title)
        path = self.log_folder / f"{log_name}.log"
        begin = self.running[label] = time.monotonic()
        try:
            with path.open("wb") as log:
                yield log
        except (Failure, subprocess.CalledProcessError) as error:
            say(f"{label}: FAILED")
            raise Failure(self._explain(label, error, path, tail)) from error
        finally:
            del self.running[label]
        if time.monotonic() - begin >= 1:
            say(f"{label}: done in {time.monotonic() - begin:.0f} s")

    def _show_progress(self):
        """Every second on a terminal, every half minute in a log."""
        while True:
            time.sleep(1 if TERMINAL else 30)
            now = time.monotonic()
            progress = ", ".join(f"{label}: {now - begin:.0f} s" for label, begin in tuple(self.running.items()))
            if progress and TERMINAL:
                print(f"{CLEAR_LINE}        {progress}", end="", flush=True)
            elif progress:
                say(f"still busy with {progress}")

    def side_by_side(self, *lanes):
        """Run functions at the same time, one for each core; all of them end before a failure is raised."""
        with concurrent.futures.ThreadPoolExecutor(len(lanes)) as pool:
            futures = [pool.submit(lane) for lane in lanes]
        errors = [error for future in futures if (error := future.exception())]
        for error in errors:
            if not isinstance(error, Failure):
                raise error
        if errors:
            raise Failure("\n\n".join(map(str, errors)))

    @staticmethod
    def _explain(label, error, path, tail):
        log = path.read_text(errors="replace")
        reason = str(error) if isinstance(error, Failure) else ""
        parts = ["\n".join(log.splitlines()[-tail:]), "", f"step {label} failed.", reason, hint_for(log)]
        parts += [f"Full log: {path}" if log else "", "Run the same command again to go on from here."]
        return "\n".join(part for part in parts if part)


def run(command, log, **options):
    """Run a program with its output in the log; a non-zero exit raises CalledProcessError."""
    log.write(f"$ {' '.join(map(str, command))}\n".encode())
    log.flush()
    subprocess.run(
        list(map(str, command)),
        stdin=options.pop("stdin", subprocess.DEVNULL),
        stdout=log,
        stderr=log,
        check=True,
        **options,
    )


@contextlib.contextmanager
def locked(path, what):
    """Only one run at a time does this; another one waits and says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting: another run is busy with {what} ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
