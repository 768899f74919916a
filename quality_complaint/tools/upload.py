"""What kind of file somebody sends, by its content: a name or a declared type proves nothing."""

import os

from PIL import Image

HEAD_SIZE = 4096

# what a file begins with: its type
SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
)

# the same container holds pictures and videos: its brand tells
BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), "image/heic"),
    b"avif": "image/avif",
    b"qt  ": "video/quicktime",
}

# packed documents look alike inside: which one it is, its name says
PACKED = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".zip": "application/zip",
}
OLD_OFFICE = {
    ".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint",
    ".msg": "application/vnd.ms-outlook",
}
TEXT = (".txt", ".csv", ".log")

# how a file of that type is called: another ending would mislead the computer that it is downloaded to
ENDINGS = {
    "image/jpeg": (".jpg", ".jpeg", ".jfif"), "image/png": (".png",), "image/gif": (".gif",), "image/bmp": (".bmp",),
    "image/tiff": (".tif", ".tiff"), "image/webp": (".webp",), "image/heic": (".heic", ".heif"), "image/avif": (".avif",),
    "application/pdf": (".pdf",), "video/webm": (".webm", ".mkv"), "video/mp4": (".mp4", ".m4v", ".3gp"),
    "video/quicktime": (".mov", ".qt"), "text/plain": TEXT,
    **{mimetype: (ending,) for endings in (PACKED, OLD_OFFICE) for ending, mimetype in endings.items()},
}

# pictures that can be looked into here: Odoo reads no others
READABLE_PICTURES = ("image/jpeg", "image/png", "image/gif", "image/bmp")


def get_size(file):
    """How many bytes an uploaded file has, without reading it."""
    file.stream.seek(0, os.SEEK_END)
    size = file.stream.tell()
    file.stream.seek(0)
    return size


def get_type(file):
    """The MIME type that an uploaded file's content has, or False where it is none that may be sent, or is damaged.

    HTML, SVG, XML, scripts and programs are none.
    """
    file.stream.seek(0)
    head = file.stream.read(HEAD_SIZE)
    file.stream.seek(0)
    mimetype = _guess(head, _get_ending(file.filename))
    if mimetype in READABLE_PICTURES and not _is_picture(file):
        return False
    return mimetype


def _get_ending(name):
    return os.path.splitext(name or "")[1].lower()


def _guess(head, ending):
    if signature := next((mimetype for begin, mimetype in SIGNATURES if head.startswith(begin)), False):
        return signature
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return BRANDS.get(head[8:12], "video/mp4")
    if head.startswith(b"PK\x03\x04"):
        return PACKED.get(ending, False)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return OLD_OFFICE.get(ending, False)
    return "text/plain" if ending in TEXT and b"\x00" not in head else False


def _is_picture(file):
    """True where its header can be read; nothing is unpacked."""
    try:
        with Image.open(file.stream) as picture:
            return all(picture.size)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    finally:
        file.stream.seek(0)


def get_safe_name(name, mimetype=False):
    """The name of an uploaded file without its path, with an ending that suits its type."""
    name = (name or "").replace("\\", "/").rsplit("/", 1)[-1].strip().replace("\x00", "")[-200:] or "file"
    endings = ENDINGS.get(mimetype)
    return name if not endings or _get_ending(name) in endings else name + endings[0]
