"""Has the rate of complaints changed, or is it chance? Control charts of counts: Shewhart's c and u chart and Laney's u′.

``c[i]`` events are counted on an exposure of ``n[i]`` (units shipped in a month). With ``ū = Σc / Σn`` over the baseline, each
point has its own limits

    ū ± 3 · σz · √(ū / n[i])

where σz is 1 in the u chart (counts vary as Poisson's do). In Laney's u′ chart it is the mean moving range of
``z[i] = (c[i] / n[i] - ū) / √(ū / n[i])`` over 1.128 (d2 of two): large exposures make the plain limits so narrow that every
month is out. The c chart is the u chart of equal exposures. A lower limit is never below nothing.

Source: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2 (Western Electric rules) and 6.3.3.1 (counts); D. C. Montgomery,
«Introduction to Statistical Quality Control», on charts for nonconformities; D. B. Laney, «Improved Control Charts for
Attributes», Quality Engineering 14 (2002), 531-537.
"""

import math
from itertools import pairwise
from typing import NamedTuple

# expected range of two values, in standard deviations
D2 = 1.128
# fewer points, or fewer events on the average of a point, say too little about what is usual: with less than one event
# a single complaint would already be a signal
FEWEST_POINTS = 12
FEWEST_EVENTS = 1.0
# what lies on a limit but for rounding is not beyond it
ROUNDING = 1e-9

BEYOND = ("beyond_three",)
# name: (so many points, of so many in a row, beyond so many standard deviations, all on the same side)
PATTERNS = {
    "beyond_three": (1, 1, 3),
    "two_of_three": (2, 3, 2),
    "four_of_five": (4, 5, 1),
    "eight_in_a_row": (8, 8, 0),
}
WESTERN_ELECTRIC = tuple(PATTERNS)


class Point(NamedTuple):
    """A point of a chart. ``rate``, ``lower`` and ``upper`` are events for each unit of exposure, ``z`` is the distance from
    the centre in standard deviations, ``rules`` are the names of those that it breaks. All None and () without exposure.
    """

    rate: float | None
    lower: float | None
    upper: float | None
    z: float | None
    rules: tuple


class Chart(NamedTuple):
    """``problem``: why there are no limits, one of no_exposure, no_events, too_few_points, too_few_events, no_variation; None
    where there are. ``centre``: the baseline's rate, ``dispersion``: σz; both None with a problem. ``points``: one for each
    count, which with a problem have their rate only.
    """

    problem: str | None
    centre: float | None
    dispersion: float | None
    points: list


def c_chart(counts, **options):
    """The chart of counts on equal exposures: limits are counts. Options as of `u_chart`."""
    return u_chart(counts, [1] * len(counts), **options)


def u_chart(counts, exposures, laney=False, rules=BEYOND, baseline=None):
    """The chart of rates. Phase I is without a baseline: all points judge themselves. With one (phase II) its points alone
    give the limits, and all are judged by them. What has no exposure is no point: rules look past it.

    :param list counts: events, not negative
    :param list exposures: as many; none, or less than none where more came back than went out, is possible
    :param bool laney: limits as wide as the points really vary
    :param rules: which of `PATTERNS` are a signal
    :param baseline: indexes of the points that give the limits; all, if None
    :rtype: Chart
    :raise ValueError: where lengths differ, or a count is negative
    """
    if len(counts) != len(exposures):
        raise ValueError(f"{len(counts)} counts on {len(exposures)} exposures")
    if any(count < 0 for count in counts):
        raise ValueError("a count is negative")
    chosen = range(len(counts)) if baseline is None else baseline
    basis = [(counts[index], exposures[index]) for index in sorted(chosen) if exposures[index] > 0]
    problem = _find_problem(basis)
    centre = dispersion = None
    if not problem:
        centre = sum(count for count, _exposure in basis) / sum(exposure for _count, exposure in basis)
        dispersion = _get_dispersion(basis, centre) if laney else 1.0
        if dispersion < ROUNDING:
            problem, centre, dispersion = "no_variation", None, None
    points = [_get_point(count, exposure, centre, dispersion) for count, exposure in zip(counts, exposures, strict=True)]
    return Chart(problem, centre, dispersion, points if problem else _judge(points, rules))


def _find_problem(basis):
    if not basis:
        return "no_exposure"
    events = sum(count for count, _exposure in basis)
    if not events:
        return "no_events"
    if len(basis) < FEWEST_POINTS:
        return "too_few_points"
    return "too_few_events" if events < FEWEST_EVENTS * len(basis) else None


def _get_dispersion(basis, centre):
    scores = [(count / exposure - centre) / math.sqrt(centre / exposure) for count, exposure in basis]
    return sum(abs(after - before) for before, after in pairwise(scores)) / (len(scores) - 1) / D2


def _get_point(count, exposure, centre, dispersion):
    if exposure <= 0:
        return Point(None, None, None, None, ())
    rate = count / exposure
    if centre is None:
        return Point(rate, None, None, None, ())
    deviation = dispersion * math.sqrt(centre / exposure)
    return Point(rate, max(0.0, centre - 3 * deviation), centre + 3 * deviation, (rate - centre) / deviation, ())


def _judge(points, rules):
    """The same points with the rules that each breaks: a pattern counts for the point that completes it."""
    judged, scores = [], []
    for point in points:
        if point.z is not None:
            scores.append(point.z)
            point = point._replace(rules=tuple(name for name in rules if _is_pattern(scores, *PATTERNS[name])))
        judged.append(point)
    return judged


def _is_pattern(scores, fewest, length, distance):
    side = 1 if scores[-1] > 0 else -1
    beyond = [side * score > distance + ROUNDING for score in scores[-length:]]
    return beyond[-1] and sum(beyond) >= fewest
