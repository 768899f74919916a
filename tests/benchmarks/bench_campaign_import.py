"""Of a table of 1,000 copies, each takes hardly longer to import than one of 100, and few queries."""

from measure import report, timed, undone

from odoo.tests import tagged

from odoo.addons.customer_survey.tests.test_campaign_import import ImportCommon

FEW, MANY, ROUNDS = 100, 1_000, 3
QUERIES_PER_COPY = 0.25  # of the lines, which core writes by the hundred


@tagged("post_install", "-at_install")
class BenchCampaignImport(ImportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = [cls._create_customer(f"Customer {number}") for number in range(FEW)]

    def _import_copies(self, number):
        """Of the recipients as many as there are, the others without a name: (seconds, queries)."""
        with undone(self.env):
            campaign = self._start(date_end="2099-12-31", recent_days=0)
            wizard = self._open_import(campaign, self._make_csv(*(
                [index, customer and customer.email, "Very", "Late; Broken", "Good", "Bad", "9", "2.5", "2026-05-01", "Fine", ""]
                for index, customer in enumerate(self.customers + [None] * (number - FEW))
            )))
            measured = timed(self.env, wizard.action_import)
            self.assertEqual(campaign.copy_count, number)
            return measured

    def test_a_thousand_copies_cost_ten_times_as_much_as_a_hundred(self):
        self._import_copies(FEW)  # warm
        rounds = [(self._import_copies(FEW), self._import_copies(MANY)) for _round in range(ROUNDS)]
        few, many = (sorted(round_[index] for round_ in rounds)[ROUNDS // 2] for index in (0, 1))
        growth = sorted((many[0] / MANY) / (few[0] / FEW) for few, many in rounds)[ROUNDS // 2]
        report(f"a copy imported, of {MANY:,} / of {FEW}", many[0] / MANY, few[0] / FEW, growth)
        report(f"queries to import {MANY:,} copies / {FEW}", many[1], few[1], many[1] / few[1])
        self.assertLessEqual((many[1] - few[1]) / (MANY - FEW), QUERIES_PER_COPY)
        self.assertLessEqual(growth, 1.25)
