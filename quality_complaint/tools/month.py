"""Months as people of a language write them: «August 2025», «2025年8月»."""

import babel.dates

from odoo.tools.misc import babel_locale_parse, get_lang


def format_month(env, day, skeleton="yMMMM"):
    """The month of that day for the reader. ``skeleton``: what is named of it, as in Unicode's date skeletons."""
    return babel.dates.format_skeleton(skeleton, day, locale=babel_locale_parse(get_lang(env).code))
