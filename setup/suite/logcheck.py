"""Every WARNING or ERROR in Odoo's log is a fault of ours, except what core says itself: the list below, each with its reason."""

import re

from .console import Failure

LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>WARNING|ERROR|CRITICAL) \S+ (?P<logger>[^:\s]+): (?P<message>.*)$"
)

# (logger, beginning of the message, why it is no fault of ours)
ALLOWED = ()


def unexpected_lines(text):
    """The warnings and errors of a log that the list does not explain."""
    found = []
    for line in text.splitlines():
        match = LINE.match(line)
        if match and not any(
            match["logger"].startswith(logger) and match["message"].startswith(message)
            for logger, message, _reason in ALLOWED
        ):
            found.append(line)
    return found


def check_log(path):
    """Refuse a log with unexpected warnings or errors."""
    found = unexpected_lines(path.read_text(errors="replace"))
    if found:
        raise Failure("Unexpected lines in Odoo's log:\n" + "\n".join(found[:20]))
