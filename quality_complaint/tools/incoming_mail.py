"""What can be told from a raw mail: whether a person wrote it, how its text reads, and which numbers it names."""

import email.header
import email.policy
import itertools
import re
import unicodedata
from email.errors import HeaderParseError

# programs declare the small set and write characters of the large one
SUPERSETS = {
    "gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "big5": "cp950", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
    "iso-8859-1": "cp1252", "us-ascii": "utf-8", "ascii": "utf-8",
}

# tried in this order where the declared one is missing, unknown or wrong; GB 18030 reads nearly all bytes, so it comes late
GUESSES = ("utf-8", "iso2022_jp", "cp932", "gb18030", "cp950", "cp1252")

# there is hardly a Japanese sentence without
KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
HAN = re.compile("[\u3400-\u9fff]")

# sent by a program in answer to a mail: nothing that somebody wants to say
REPLY_HEADERS = (
    "X-Autoreply", "X-Auto-Reply", "X-Autorespond", "X-Autoreply-From", "X-Mail-Autoreply", "X-Auto-Reply-From", "X-Failed-Recipients",
)
REPLY_PRECEDENCES = ("auto_reply", "bulk", "junk")

# addresses that nobody reads
UNREAD = re.compile(r"^(no|do-?not)[-_.]?reply|^(mailer-daemon|postmaster)$", re.IGNORECASE)

# what may be a number of ours: with all the signs that stand in numbers, without those that may only join two of them, and
# with the Chinese or Japanese letters around it
TOKENS = (
    re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.#-]*"), re.compile(r"[A-Za-z][A-Za-z0-9_-]*"), re.compile(r"[^\W_][\w/.#-]*"),
)
TOKEN_LENGTHS = range(4, 65)


def _get_value(message, header):
    """The first word of a header, without its parameters and comments."""
    return re.split(r"[;(,\s]", str(message.get(header) or "").strip().lower())[0]


def _is_generated(message):
    """Written by a program, or sent so that no answer can reach anybody."""
    return _get_value(message, "Auto-Submitted") not in ("", "no") or _get_value(message, "Return-Path") == "<>"


def is_automatic_reply(message):
    """True for an out-of-office notice and the like; and for advertising, which says so of itself.

    By headers only (RFC 3834): a subject such as «Automatic gate out of order» proves nothing. What a customer's system
    reports on its own is a complaint like any other, an answer of a system is not.
    """
    if _get_value(message, "Auto-Submitted") in ("auto-replied", "auto-notified"):
        return True
    if any(_get_value(message, header) not in ("", "no") for header in REPLY_HEADERS):
        return True
    if _get_value(message, "Precedence") in REPLY_PRECEDENCES:
        return True
    return _is_generated(message) and bool(message.get("In-Reply-To") or message.get("References"))


def wants_no_answer(message, address):
    """True where an automatic answer would reach a program or a mailing list, so that the two could go on for ever."""
    suppressed = str(message.get("X-Auto-Response-Suppress") or "").lower()
    return (
        _is_generated(message)
        or "all" in suppressed or "autoreply" in suppressed
        or _get_value(message, "Precedence") == "list" or bool(message.get("List-Id") or message.get("List-Unsubscribe"))
        or bool(UNREAD.search((address or "").partition("@")[0]))
    )


# ------------------------------------------------------------ encodings
def find_charset(data, declared):
    """The codec to read these bytes with: what is declared, if it can be true, else the first guess that fits.

    None where nothing fits.
    """
    declared = SUPERSETS.get(declared, declared)
    for codec in (declared, *GUESSES):
        try:
            text = data.decode(codec)
        except (LookupError, ValueError):  # an unknown codec, or one that can't read it
            continue
        if codec == "cp932" != declared and not KANA.search(text):
            continue
        if "\x1b$" in text:  # seven bits that every codec reads, and none understands but the one they are written in
            continue
        return codec
    return None


def _get_fallback(declared):
    """The codec that most is read with where something can't be read."""
    return declared if declared.startswith("iso-2022") else "utf-8"


def mend_charsets(message):
    """Declare of each part of the mail a codec that it can be read with: an unknown one stops core, a wrong one costs the text.

    :return: the mail as it came, where a codec had to be guessed: a guess may be wrong
    :rtype: bytes or None
    """
    parts = []
    for part in message.walk():
        if part.get_content_maintype() == "text":
            declared = _read(part.get_content_charset).strip("'\" ")
            parts.append((part, declared, find_charset(part.get_payload(decode=True) or b"", declared)))
    guessed = any(
        found not in (SUPERSETS.get(declared, declared), "utf-8") and not _read(part.get_filename)  # a file's bytes stay as they are
        for part, declared, found in parts
    )
    original = _get_bytes(message) if guessed else None
    for part, declared, found in parts:
        _set_charset(part, found or ("latin-1" if _read(part.get_filename) else _get_fallback(declared)))
    return original


def _read(get_parameter):
    try:
        return get_parameter() or ""
    except TypeError:  # parameters that contradict each other
        return ""


def _set_charset(part, charset):
    try:
        part.del_param("charset")
        part.set_param("charset", charset)
    except TypeError:  # parameters that contradict each other stop core as well: they go
        kind = part.get_content_type()
        del part["Content-Type"]
        part["Content-Type"] = f'{kind}; charset="{charset}"'


def _get_bytes(message):
    """The mail as it came, or None where it is too broken to be written again."""
    try:
        return message.as_bytes(policy=email.policy.compat32)
    except (AttributeError, LookupError, TypeError, ValueError):
        return None


def read_subject(message):
    """The subject, with each of its pieces read as `find_charset` says."""
    raw = next((value for name, value in message.raw_items() if name.lower() == "subject"), "")
    try:
        pieces = email.header.decode_header(raw)
    except (HeaderParseError, ValueError):
        return None
    text = ""
    for piece, charset in pieces:
        data, declared = piece.encode("utf-8", "surrogateescape") if isinstance(piece, str) else piece, charset or ""
        text += data.decode(find_charset(data, declared.lower()) or _get_fallback(declared), "replace")
    return " ".join(text.split())


# ------------------------------------------------------------ numbers
def find_tokens(text, limit=60):
    """What in a text may be the number of a document: so many different ones at most, narrow, as they are written otherwise.

    >>> find_tokens("订单S00012有问题")
    ['S00012', '订单S00012有问题']
    """
    narrow = unicodedata.normalize("NFKC", text or "")
    tokens = {}
    for match in itertools.chain.from_iterable(pattern.finditer(narrow) for pattern in TOKENS):
        token = match.group().rstrip("/_.#-")
        if len(token) in TOKEN_LENGTHS and any(char.isdigit() for char in token):
            tokens.setdefault(token.upper(), token)
            if len(tokens) == limit:
                break
    return list(tokens.values())
