import random

from scipy.stats import binom, binomtest

from odoo.tests import BaseCase, tagged

from ..tools.poisson_test import lower_tail, propose, upper_tail

EXPOSURES = (0.25, 1, 1100, 1200, 10**6, 3 * 10**9)


@tagged("post_install", "-at_install")
class TestEffectivenessStatistics(BaseCase):
    def test_both_tails_are_those_of_the_binomial_distribution(self):
        chance = random.Random(1940)
        for largest in (3, 30, 1000, 200_000):
            for _case in range(300):
                x0, x1 = chance.randint(0, largest), chance.randint(0, largest)
                n0, n1 = chance.choice(EXPOSURES), chance.choice(EXPOSURES)
                share, total = n1 / (n0 + n1), x0 + x1
                for mine, reference in (
                    (lower_tail(x1, n1, x0, n0), binom.cdf(x1, total, share)),
                    (upper_tail(x1, n1, x0, n0), binom.sf(x1 - 1, total, share)),
                ):
                    if reference > 1e-200:  # below, the reference itself is not exact
                        self.assertLess(abs(mine - reference), 1e-7 * reference, (x0, n0, x1, n1))

    def test_the_tails_are_the_exact_tests_p_values(self):
        for x0, n0, x1, n1 in ((9, 1100, 2, 1200), (5, 10, 5, 10), (0, 5, 3, 7), (40, 1000, 12, 900)):
            share = n1 / (n0 + n1)
            with self.subTest(f"{x0}/{n0} {x1}/{n1}"):
                self.assertAlmostEqual(lower_tail(x1, n1, x0, n0), binomtest(x1, x0 + x1, share, alternative="less").pvalue, 12)
                self.assertAlmostEqual(upper_tail(x1, n1, x0, n0), binomtest(x1, x0 + x1, share, alternative="greater").pvalue, 12)

    def test_the_tails_overlap_in_what_was_observed(self):
        for x0, x1 in ((0, 0), (0, 1), (1, 0), (7, 7), (3, 12)):
            with self.subTest(x0=x0, x1=x1):
                both = lower_tail(x1, 2, x0, 3) + upper_tail(x1, 2, x0, 3)
                self.assertAlmostEqual(both - 1, binom.pmf(x1, x0 + x1, 2 / 5), 12)

    def test_large_counts_are_exact_and_fast(self):
        self.assertAlmostEqual(lower_tail(10**6, 1, 10**6, 1), 0.500282094303, 9)
        self.assertAlmostEqual(lower_tail(10**6, 10**9, 10**6, 10**3), 0, 12)
        self.assertEqual(upper_tail(10**6, 10**9, 10**6, 10**3), 1)

    def test_few_enough_is_effective(self):
        verdict, basis, probability = propose(2, 1200, 9, 1100, 0.05)
        self.assertEqual((verdict, basis, round(probability, 4)), ("effective", "fewer", 0.0235))

    def test_the_level_itself_is_still_significant(self):
        # four before, none now, the same exposure: one half to the fourth
        self.assertEqual(propose(0, 1, 4, 1, 0.0625)[:2], ("effective", "fewer"))
        self.assertEqual(propose(0, 1, 4, 1, 0.0624)[:2], ("inconclusive", "too_little_exposure"))
        self.assertEqual(propose(4, 1, 0, 1, 0.0625)[:2], ("ineffective", "more"))
        self.assertEqual(propose(4, 1, 0, 1, 0.0624)[:2], ("inconclusive", "no_baseline"))

    def test_many_more_is_ineffective(self):
        self.assertEqual(propose(12, 1000, 2, 1000, 0.05)[:2], ("ineffective", "more"))

    def test_as_many_as_before_is_ineffective_where_fewer_could_have_been_seen(self):
        self.assertEqual(propose(9, 1000, 9, 1000, 0.05)[:2], ("ineffective", "not_lower"))
        self.assertEqual(propose(8, 1000, 9, 1000, 0.05)[:2], ("inconclusive", "not_significant"))

    def test_no_complaint_among_too_few_units_is_not_green(self):
        self.assertEqual(propose(0, 100, 9, 1000, 0.05)[:2], ("inconclusive", "too_little_exposure"))
        self.assertEqual(propose(1, 100, 9, 1000, 0.05)[:2], ("inconclusive", "too_little_exposure"))
        self.assertEqual(propose(0, 1000, 9, 1000, 0.05)[:2], ("effective", "fewer"))

    def test_nothing_shipped_and_nothing_before_are_inconclusive(self):
        for count in (0, 3):
            with self.subTest(count=count):
                self.assertEqual(propose(count, 0, 9, 1000, 0.05), ("inconclusive", "no_exposure", None))
                self.assertEqual(propose(count, 1000, 9, 0, 0.05), ("inconclusive", "no_baseline", None))
                self.assertEqual(propose(count, 0, 0, 0, 0.05), ("inconclusive", "no_exposure", None))
        self.assertEqual(propose(0, 1000, 0, 1000, 0.05)[:2], ("inconclusive", "no_baseline"))

    def test_it_is_never_green_where_chance_explains_it(self):
        for x0 in range(12):
            for x1 in range(12):
                for n1 in (1, 5, 20, 80):
                    proposal = propose(x1, n1, x0, 20, 0.05)
                    if proposal.verdict == "effective":
                        self.assertLessEqual(binom.cdf(x1, x0 + x1, n1 / (20 + n1)), 0.05 + 1e-9)
