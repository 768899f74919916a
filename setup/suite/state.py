"""Where things are: the repository, and the state folder that all clones on a machine share."""

import hashlib
import os
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SETUP = REPOSITORY / "setup"
STATE = Path(os.environ["SUITE_STATE"]).absolute()
ADDONS = ("quality_complaint", "return_repair", "customer_survey")

LOGS = STATE / "logs"
LOCKS = STATE / "locks"
RUN = STATE / "run"
PROGRAMS = STATE / "bin"  # wrappers of programs that this machine lacks, first on PATH
LIBRARIES = STATE / "libraries"  # system libraries that this machine lacks
SHARE = STATE / "share"  # XDG_DATA_HOME of the programs: fonts


def digest(*parts):
    """A short name for a combination of inputs, used as cache key."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:10]


def unpack_debs(folder, *packages, dependencies=False):
    """The command line that unpacks Debian packages into a folder."""
    return [SETUP / "unpack-debs", *(["--with-dependencies"] if dependencies else []), folder, *packages]


def is_debian():
    """Whether Odoo's Debian package can be used: Debian 12 or 13."""
    try:
        release = Path("/etc/os-release").read_text()
    except OSError:
        return False
    return "\nID=debian\n" in f"\n{release}" and any(
        f"VERSION_CODENAME={name}" in release for name in ("bookworm", "trixie")
    )


def python_series():
    return f"{sys.version_info.major}.{sys.version_info.minor}"
