"""Two things measured by turns in one run: what counts is their ratio.

A time alone says more about the machine, and what else it does at the moment, than about the code. A benchmark therefore
asserts how many times as long one thing takes as the other, and how many queries it makes, never a time.
"""

import contextlib
import statistics
import time

from odoo.tools import SQL

SCREEN_RATIO = 1.2
REPORT = []  # printed at the end of the run, see conftest.py


def timed(env, act, cold=True):
    """(seconds, queries) of one call, from an empty cache to what is written in the database; not ``cold``: from what is there."""
    env.flush_all()
    if cold:
        env.invalidate_all()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    act()
    env.flush_all()
    return time.perf_counter() - start, env.cr.sql_log_count - queries


def compare(env, measured, reference, rounds=5, cold=True):
    """Call both by turns, after once to warm up: (ratio, seconds of one, seconds of the other), all medians."""
    timed(env, measured)
    timed(env, reference)
    pairs = [(timed(env, measured, cold)[0], timed(env, reference, cold)[0]) for _ in range(rounds)]
    return (statistics.median(first / second for first, second in pairs), *map(statistics.median, zip(*pairs, strict=True)))


def get_figures(groups, aggregates):
    """The figures of all groups in falling order, to compare those of a screen with those of rows that SQL gives by hand.

    :param groups: what `formatted_read_group` or `formatted_read_grouping_sets` gives, or rows that end with the figures
    :param list aggregates: their names
    """
    if groups and isinstance(groups[0], list):
        groups = [group for one in groups for group in one]
    rows = [[group[name] for name in aggregates] if isinstance(group, dict) else group[-len(aggregates):] for group in groups]
    return sorted((tuple(round(float(value or 0), 3) for value in row) for row in rows), reverse=True)


def compare_screens(test, screens, what):
    """What the web client asks for when a screen opens gives the same figures as SQL by hand, and takes hardly longer.

    :param dict screens: {name: (what asks for it, the SQL, names of the figures of each group, which both give)}; without names of figures
        only the times are compared
    :param str what: of how much, for the report
    """
    for name, (screen, by_hand, *figures) in screens.items():
        with test.subTest(name):
            if figures:
                test.assertEqual(get_figures(screen(), figures), get_figures(test.env.execute_query(by_hand), figures))
            ratio, seconds, seconds_by_hand = compare(test.env, screen, lambda by_hand=by_hand: test.env.execute_query(by_hand), rounds=7)
            report(f"{name}, {what}", seconds, seconds_by_hand, ratio)
            test.assertLessEqual(ratio, SCREEN_RATIO)


def get_month(moment):
    """The month of a moment as SQL, in UTC, which the readers of the screens have."""
    return SQL("date_trunc('month', %s AT TIME ZONE 'UTC' AT TIME ZONE 'UTC')", moment)


def report(name, measured, reference, ratio):
    """A line of what is printed at the end; both are seconds, or numbers of queries."""
    REPORT.append(f"{name:<72} {_format(measured):>12} {_format(reference):>12} {ratio:>8.2f}")


def _format(value):
    return f"{value:d}" if isinstance(value, int) else f"{value * 1000:.1f} ms"


@contextlib.contextmanager
def undone(env):
    """What is done inside is flushed, and then not there."""
    savepoint = env.cr.savepoint()
    yield
    env.flush_all()
    savepoint.close(rollback=True)
