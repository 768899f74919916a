from odoo.tests import BaseCase, tagged

from ..tools.control_chart import BEYOND, FEWEST_POINTS, WESTERN_ELECTRIC, c_chart, u_chart

# NIST/SEMATECH e-Handbook 6.3.3.1: defects on 25 wafers
WAFERS = [16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14, 16, 15, 13, 14, 16, 11, 20, 11, 19, 16, 31, 13]
# Montgomery, in R's qcc as «circuit»: nonconformities in 26 samples of 100 printed circuit boards
CIRCUIT = [21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15]
# Montgomery, in R's qcc as «pcmanufact»: nonconformities in 20 samples of 5 computers
COMPUTERS = [10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11, 12, 6, 8, 10, 7, 5]


@tagged("post_install", "-at_install")
class TestControlChart(BaseCase):
    def _get_out(self, chart):
        """The points that are out, counted from one, as the books do."""
        return [number for number, point in enumerate(chart.points, 1) if point.rules]

    def _get_last_rules(self, deviations, rules=WESTERN_ELECTRIC):
        """The rules that the last point breaks, of a chart whose centre is 100 and whose standard deviation is 10."""
        counts = [100] * FEWEST_POINTS + [100 + round(10 * deviation) for deviation in deviations]
        return c_chart(counts, rules=rules, baseline=range(FEWEST_POINTS)).points[-1].rules

    # ------------------------------------------------------------ published examples
    def test_nist_wafers(self):
        chart = c_chart(WAFERS)
        self.assertEqual((sum(WAFERS), chart.centre, chart.points[0].lower, chart.points[0].upper), (400, 16, 4, 28))
        self.assertEqual(self._get_out(chart), [24])
        self.assertEqual((WAFERS[2], chart.points[2].z, chart.points[2].rules), (28, 3, ()), "on the limit is in")

    def test_qcc_circuit(self):
        chart = c_chart(CIRCUIT)
        self.assertAlmostEqual(chart.centre, 19.84615, 5)
        self.assertAlmostEqual(chart.points[0].upper, 33.21086, 5)
        self.assertAlmostEqual(chart.points[0].lower, 6.481447, 5)
        self.assertEqual(self._get_out(chart), [6, 20])

    def test_qcc_circuit_with_laneys_correction(self):
        chart = c_chart(CIRCUIT, laney=True)
        self.assertGreater(chart.dispersion, 1)
        self.assertEqual(self._get_out(chart), [20])

    def test_qcc_computers(self):
        chart = u_chart(COMPUTERS, [5] * 20)
        self.assertAlmostEqual(chart.centre, 1.93, 9)
        self.assertAlmostEqual(chart.points[0].upper, 3.793867, 5)
        self.assertAlmostEqual(chart.points[0].lower, 0.066133, 5)
        self.assertEqual(self._get_out(chart), [])

    # ------------------------------------------------------------ limits
    def test_each_exposure_has_its_own_limits(self):
        # 16 × 12 + 4 events on 16 × 12 + 4 units: the centre is 1
        chart = u_chart([16] * 12 + [4], [16] * 12 + [4])
        self.assertEqual([(point.lower, point.upper) for point in chart.points[11:]], [(0.25, 1.75), (0, 2.5)])

    def test_laneys_dispersion_by_hand(self):
        # the centre is 9, z is 1 and -1 by turns, all moving ranges are 2
        chart = c_chart([12, 6] * 6, laney=True)
        self.assertAlmostEqual(chart.dispersion, 2 / 1.128, 12)
        self.assertAlmostEqual(chart.points[0].upper, 9 + 3 * 3 * 2 / 1.128, 12)

    def test_the_baseline_alone_gives_the_limits(self):
        chart = c_chart([16] * 12 + [29, 3, 100], baseline=range(12))
        self.assertEqual((chart.centre, chart.points[-1].upper, self._get_out(chart)), (16, 28, [13, 14, 15]))

    def test_without_exposure_there_is_no_point(self):
        chart = u_chart([16] * 6 + [3, 2] + [16] * 6, [1] * 6 + [0, -2] + [1] * 6)
        self.assertEqual((chart.centre, chart.points[6].rate, chart.points[7].upper), (16, None, None))

    # ------------------------------------------------------------ rules
    def test_two_of_three_beyond_two(self):
        self.assertEqual(self._get_last_rules([2.1, 0, 2.1]), ("two_of_three",))
        self.assertEqual(self._get_last_rules([2.1, 2.1, 0]), (), "the pattern counts for the point that completes it")
        self.assertEqual(self._get_last_rules([2.1, 0, -2.1]), (), "on the same side")
        self.assertEqual(self._get_last_rules([2, 0, 2]), (), "on the limit is in")

    def test_four_of_five_beyond_one(self):
        self.assertEqual(self._get_last_rules([-1.1, -1.1, 0, -1.1, -1.1]), ("four_of_five",))
        self.assertEqual(self._get_last_rules([1.1, 1.1, 0, 0, 1.1, 1.1]), ())

    def test_eight_in_a_row(self):
        self.assertEqual(self._get_last_rules([0.1] * 8), ("eight_in_a_row",))
        self.assertEqual(self._get_last_rules([0.1] * 7), ())
        self.assertEqual(self._get_last_rules([0.1] * 4 + [0] + [0.1] * 4), (), "the centre is on neither side")

    def test_only_the_rules_that_were_chosen(self):
        self.assertEqual(self._get_last_rules([0.1] * 7 + [3.1], rules=BEYOND), BEYOND)
        self.assertEqual(self._get_last_rules([0.1] * 7 + [3.1]), ("beyond_three", "eight_in_a_row"))

    # ------------------------------------------------------------ too little data
    def test_what_says_too_little_is_named(self):
        for counts, exposures, problem in (
            ([], [], "no_exposure"),
            ([3] * 20, [0] * 20, "no_exposure"),
            ([0] * 20, [5] * 20, "no_events"),
            ([9] * 11 + [9], [5] * 11 + [0], "too_few_points"),
            ([1] * 11 + [0], [5] * 12, "too_few_events"),
            ([1] * 12, [5] * 12, None),
        ):
            with self.subTest(counts=counts, exposures=exposures):
                chart = u_chart(counts, exposures)
                self.assertEqual(chart.problem, problem)
                self.assertEqual(chart.centre is None, bool(problem))
                self.assertFalse(self._get_out(chart))

    def test_laneys_limits_need_some_variation(self):
        self.assertEqual(c_chart([5] * 12, laney=True).problem, "no_variation")

    def test_impossible_counts_are_refused(self):
        with self.assertRaises(ValueError):
            u_chart([1, 2], [1])
        with self.assertRaises(ValueError):
            c_chart([1, -1])
