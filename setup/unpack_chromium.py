"""Unpack npm's @sparticuz/chromium: unpack_chromium.py ARCHIVE FOLDER. Runs in the virtual environment (brotli)."""

import io
import sys
import tarfile
from pathlib import Path

import brotli

archive, folder = Path(sys.argv[1]), Path(sys.argv[2])
with tarfile.open(archive) as package:

    def content(name):
        return brotli.decompress(package.extractfile(f"package/bin/{name}.br").read())

    (folder / "chromium").write_bytes(content("chromium"))
    (folder / "chromium").chmod(0o755)
    for name in ("al2023.tar", "swiftshader.tar", "fonts.tar"):
        with tarfile.open(fileobj=io.BytesIO(content(name))) as part:
            part.extractall(folder)
archive.unlink()
