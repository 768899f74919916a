"""Is the rate of events now lower than it was? The exact conditional test of two Poisson rates.

``x0`` events were counted on an exposure of ``n0`` (the baseline), ``x1`` on an exposure of ``n1`` (now). If both rates
are equal, then, given the total x0 + x1,

    X1 ~ Binomial(x0 + x1, n1 / (n0 + n1))

whatever the common rate is, so its tails are exact probabilities however small the counts are.

Source: J. Przyborowski and H. Wilenski, «Homogeneity of results in testing samples from Poisson series», Biometrika 31
(1940), 313-323; E. L. Lehmann and J. P. Romano, «Testing Statistical Hypotheses», on comparing two Poisson populations.
"""

import math
from typing import NamedTuple

# terms of a tail that are this small beside its sum no longer count
NEGLIGIBLE = 1e-18
# a probability that equals the level but for rounding is not above it
ROUNDING = 1e-9


class Proposal(NamedTuple):
    """What the numbers say.

    ``verdict``: effective, ineffective or inconclusive. ``basis``: why, one of fewer, more, not_lower, not_significant,
    too_little_exposure, no_baseline, no_exposure. ``probability``: of so few events (or, for «more», of so many) by
    chance alone; None where it can't be said.
    """

    verdict: str
    basis: str
    probability: float | None


def lower_tail(x1, n1, x0, n0):
    """P(X1 <= x1) under equal rates: how likely chance alone brings so few events now.

    :param int x1: events now, ``x0`` before; not negative
    :param float n1: exposure now, ``n0`` before; not negative, not both zero
    """
    return _tail(x1, x0 + x1, n1 / (n0 + n1), downwards=True)


def upper_tail(x1, n1, x0, n0):
    """P(X1 >= x1) under equal rates: how likely chance alone brings so many events now. Parameters as in `lower_tail`."""
    return _tail(x1, x0 + x1, n1 / (n0 + n1), downwards=False)


def propose(x1, n1, x0, n0, level):
    """The verdict that the numbers allow at that significance level, never a green one that chance explains.

    :param float level: between 0 and 1; other parameters as in `lower_tail`
    :rtype: Proposal
    """
    if n1 <= 0:
        return Proposal("inconclusive", "no_exposure", None)
    if n0 <= 0:
        return Proposal("inconclusive", "no_baseline", None)
    fewer, more = lower_tail(x1, n1, x0, n0), upper_tail(x1, n1, x0, n0)
    if _is_significant(fewer, level):
        return Proposal("effective", "fewer", fewer)
    if _is_significant(more, level):
        return Proposal("ineffective", "more", more)
    if not x0:
        return Proposal("inconclusive", "no_baseline", None)
    if not _is_significant((n0 / (n0 + n1)) ** x0, level):
        return Proposal("inconclusive", "too_little_exposure", fewer)
    if x1 / n1 >= x0 / n0:
        return Proposal("ineffective", "not_lower", fewer)
    return Proposal("inconclusive", "not_significant", fewer)


def _is_significant(probability, level):
    return probability <= level * (1 + ROUNDING)


def _tail(x, total, share, downwards):
    """P(X <= x), or P(X >= x), of Binomial(total, share).

    The tail that leaves out the mode is added up term by term away from ``x``, where the terms fall ever faster; the
    other one is what remains to 1.
    """
    if share <= 0:
        return 1.0 if downwards or x <= 0 else 0.0
    if share >= 1:
        return 1.0 if not downwards or x >= total else 0.0
    mode = (total + 1) * share
    if downwards and x >= mode:
        return 1.0 - _tail(x + 1, total, share, downwards=False)
    if not downwards and x <= mode:
        return 1.0 - _tail(x - 1, total, share, downwards=True)
    if not 0 <= x <= total:
        return 0.0
    odds = share / (1 - share)
    term = math.exp(
        math.lgamma(total + 1) - math.lgamma(x + 1) - math.lgamma(total - x + 1)
        + x * math.log(share) + (total - x) * math.log1p(-share),
    )
    terms = [term]
    while term > NEGLIGIBLE * terms[0]:
        if downwards:
            term *= x / (total - x + 1) / odds
            x -= 1
        else:
            term *= (total - x) / (x + 1) * odds
            x += 1
        terms.append(term)
    return min(1.0, math.fsum(terms))
