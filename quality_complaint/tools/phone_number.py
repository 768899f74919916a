"""Telephone numbers as people write them and as telephone systems send them.

To find a number among millions, its last seven digits are the key of an index: they are the same in national and in
international spelling (`get_phone_keys_sql`). Of the few numbers that share them, `rank_phone` says which is the same.
"""

import re
from itertools import product

import phonenumbers

from odoo.tools import SQL

# what is typed or pasted in place of ASCII: full-width signs, hyphens and what looks like them; unbreakable spaces and what
# can't be seen are left out
WIDE, HYPHENS = "０１２３４５６７８９＋／（）．＃", "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\uff0d\uff70"
UNSEEN = "\u00a0\u2007\u2009\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u202f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff"
ASCII = "0123456789+/().#" + "-" * len(HYPHENS)
TO_ASCII = str.maketrans(WIDE + HYPHENS, ASCII, UNSEEN)

# what may lie between the digits of one number
FORMATTING = r"[\s().\-/]"

PREFIX = re.compile(r"^\s*(?:(?:tel|callto|phone|sips?):/*)+", re.IGNORECASE)
EXTENSION = re.compile(
    r"\s*\(?\s*(?:;ext=|ext(?:ension|n)?\.?|x|#|[转轉]|分[机機]|[内內][线線]|,+|;)\s*[:：.]?\s*(\d{1,6})\s*\)?\s*$", re.IGNORECASE,
)
# "020-88888888-812" ends with an extension, and maybe it does not: the digits are read both ways
HYPHEN_EXTENSION = re.compile(r"(\d{7}|\d{4}-\d{4})-\d{1,5}$")
# a second number after the first
SEPARATOR = re.compile(r"\s*[/,;、，；|\n]\s*(?=\+?\(?\d)")
NUMBER = re.compile(rf"^(?:[+\d]|{FORMATTING})+$")

FEWEST_DIGITS, MOST_DIGITS = 5, 20
# longer than all numbers of anybody; what customers write about themselves may be of any length
MOST_SIGNS = 256
# so many digits in common, when one number is the end of the other, may be the same telephone
LIKELY_DIGITS = 7

EXACT, SAME, LIKELY = range(3)


def get_phone_keys_sql(expression):
    """SQL text of the keys of all numbers in a text, an array: of a column for the index, of a value for the search.

    A text is read twice, with and without an extension after a last hyphen; digits behind words such as "ext." stand for
    themselves, and what has less than five digits is no number.
    """
    text = f"translate({expression}, '{WIDE}{HYPHENS}{UNSEEN}', '{ASCII}')"
    as_one = rf"regexp_replace({text}, '{FORMATTING}', '', 'g')"
    without_extension = (
        rf"replace(regexp_replace(regexp_replace({text}, '[\s().]', '', 'g'), '(\d{{7}}|\d{{4}}-\d{{4}})-\d{{1,5}}(?![-\d])', '\1x', 'g'), '-', '')"
    )
    last_seven = rf"regexp_replace({as_one} || 'x' || {without_extension}, '\d+(\d{{7}})(?!\d)', '\1', 'g')"
    numbers = rf"regexp_replace({last_seven}, '(?<!\d)\d{{1,{FEWEST_DIGITS - 1}}}(?!\d)', '', 'g')"
    return rf"array_remove(regexp_split_to_array({numbers}, '\D+'), '')"


def get_phone_condition(column, text):
    """SQL condition: the column, which has an index of its keys, has a number that may be the same as one in the text.

    :param SQL column: of which there is an index
    """
    keys = get_phone_keys_sql("%s")
    return SQL("%s && %s", *(SQL(keys, *[value] * keys.count("%s")) for value in (column, clean_phone(text))))


def clean_phone(text):
    """The number without what telephone systems put around it and what can't be seen; digits are ASCII.

    An e-mail address of digits is no number: what stands before an @ is one only where a telephone system says so.
    """
    text = re.sub(r"\s+", lambda gap: "\n" if "\n" in gap[0] else " ", (text or "").translate(TO_ASCII))[:MOST_SIGNS]
    number = PREFIX.sub("", text)
    return (number.partition("@")[0] if number != text else number).strip()


def read_phones(text):
    """All ways to read the numbers in a text: a set of digits, with + before those of an international number.

    Empty, if there is no number in it.
    """
    text = clean_phone(text)
    found = set()
    for part in {text, *SEPARATOR.split(text)}:
        number = EXTENSION.sub("", part).strip()
        if NUMBER.match(number):
            # +86 (0)20: the zero is dialled in the country only, but not in Italy
            for spelling in (number, number.replace("(0)", "", 1)):
                found |= {_get_digits(spelling), _get_digits(HYPHEN_EXTENSION.sub(r"\1", re.sub(r"[\s().]", "", spelling)))}
    return {digits for digits in found if FEWEST_DIGITS <= len(digits.lstrip("+")) <= MOST_DIGITS}


def _get_digits(number):
    return ("+" if number.startswith("+") else "") + re.sub(r"\D", "", number)


def read_extension(text):
    """The digits behind "ext.", "x", "#", 转, 分機, 内線 …; False without."""
    found = EXTENSION.search(clean_phone(text))
    return bool(found) and found[1]


def is_phone(text):
    """Whether the whole text is one telephone number, with or without an extension."""
    return bool(NUMBER.match(EXTENSION.sub("", clean_phone(text)).strip()) and read_phones(text))


def rank_phone(wanted, dialled, text, sanitized):
    """How sure it is that one of the numbers in the text is the one that is wanted; None, if it is another.

    :param set wanted: as of `read_phones`
    :param set dialled: the same in E.164, as one would dial them in the own country
    :param str text: what is stored
    :param sanitized: the number in it in E.164, where it is known
    :return: ``EXACT``, ``SAME`` (as one would dial it in the other's country, or as it is written), ``LIKELY`` (one is the
        end of the other)
    """
    if sanitized in dialled:
        return EXACT
    pairs = list(product(wanted, read_phones(text) | ({sanitized} if sanitized else set())))
    if any(_is_same(one, other) for one, other in pairs):
        return SAME
    return LIKELY if any(_is_likely(one, other) for one, other in pairs) else None


def _is_same(one, other):
    if one.startswith("+") != other.startswith("+"):
        national, international = sorted((one, other), key=lambda number: number.startswith("+"))
        return (
            national.removeprefix("00") == international[1:]
            or phonenumbers.is_number_match(international, national) in (
                phonenumbers.MatchType.NSN_MATCH, phonenumbers.MatchType.EXACT_MATCH,
            )
        )
    return one.lstrip("+0") == other.lstrip("+0")


def _is_likely(one, other):
    shorter, longer = sorted((one.lstrip("+0"), other.lstrip("+0")), key=len)
    return len(shorter) >= LIKELY_DIGITS and longer.endswith(shorter)
