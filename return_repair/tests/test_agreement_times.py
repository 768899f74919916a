from odoo.fields import Command
from odoo.tests import tagged

from .agreement_common import AgreementCommon


@tagged("post_install", "-at_install")
class TestAgreementTimes(AgreementCommon):
    """Complaints and returns of covered customers are promised the agreed times, and the form says by what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._create_policy("Premium", 1)
        cls.general = cls._create_policy("Quality", 3, for_agreements=False, type_id=cls.complaint_type.id)

    @classmethod
    def _create_policy(cls, name, days, for_agreements=True, **values):
        return cls.env["quality.deadline.policy"].create({
            "name": name, "for_agreements": for_agreements, "company_id": cls.company.id,
            "line_ids": [Command.create({"step": "resolve", "duration": days, "duration_unit": "day"})], **values,
        })

    def _complain(self, day="2026-05-04", **values):
        with self.at(f"{day} 10:00:00"):
            return self._create_complaint(date_received=f"{day} 10:00:00", **values)

    def _get_days(self, order):
        return {milestone.step: milestone.duration for milestone in order.milestone_ids}

    # ------------------------------------------------------------ complaints
    def test_the_policy_of_the_agreement_wins_over_that_of_the_type(self):
        agreement = self._create_agreement(policy_ids=[Command.set(self.policy.ids)])
        complaint = self._complain()
        self.assertEqual(complaint.milestone_ids.policy_id, self.policy)
        self.assertEqual(str(complaint.milestone_ids.date_deadline), "2026-05-05 17:00:00")
        self.assertIn("Premium", complaint.policy_explanation)
        self.assertIn(agreement.name, complaint.policy_explanation)

    def test_who_has_no_agreement_has_not_its_policy(self):
        self.assertEqual(self._complain().milestone_ids.policy_id, self.general)
        self._create_agreement(policy_ids=[Command.set(self.policy.ids)], date_from="2026-05-05")
        self.assertEqual(self._complain("2026-05-04").milestone_ids.policy_id, self.general, "on the day before")
        self.assertEqual(self._complain("2026-05-05").milestone_ids.policy_id, self.policy)

    def test_its_policy_fits_type_and_urgency_too(self):
        urgent = self._create_policy("Premium, urgent", 2, urgency="urgent")
        self._create_agreement(policy_ids=[Command.set(urgent.ids)])
        self.assertEqual(self._complain(urgency="normal").milestone_ids.policy_id, self.general)
        self.assertEqual(self._complain(urgency="urgent").milestone_ids.policy_id, urgent)

    def test_only_complaints_about_what_is_covered(self):
        self._create_agreement(policy_ids=[Command.set(self.policy.ids)], product_ids=[Command.set(self.pump.ids)])
        self.assertEqual(self._complain().milestone_ids.policy_id, self.general)
        of_pump = self._complain(line_ids=[Command.create({"product_id": self.pump.id})])
        self.assertEqual(of_pump.milestone_ids.policy_id, self.policy)

    def test_two_complaints_at_once_get_each_its_own(self):
        self._create_agreement(policy_ids=[Command.set(self.policy.ids)])
        other = self.env["res.partner"].create({"name": "Green Workshop", "is_company": True})
        with self.at("2026-05-04 10:00:00"):
            complaints = self.env["quality.complaint"].with_user(self.rep).with_company(self.company).create([
                {"subject": "Rust", "partner_id": partner.id, "type_id": self.complaint_type.id} for partner in (self.customer, other)
            ])
        self.assertEqual([complaint.milestone_ids.policy_id for complaint in complaints], [self.policy, self.general])

    def test_what_was_promised_stays_when_it_is_cancelled(self):
        agreement = self._create_agreement(policy_ids=[Command.set(self.policy.ids)])
        complaint = self._complain()
        with self.at("2026-05-06 10:00:00"):
            agreement.action_cancel()
        self.env.invalidate_all()
        self.assertEqual(complaint.milestone_ids.policy_id, self.policy)
        self.assertIn(agreement.name, complaint.policy_explanation)
        self.assertEqual(self._complain("2026-05-07").milestone_ids.policy_id, self.general)

    # ------------------------------------------------------------ returns
    def test_returns_are_promised_the_agreed_days(self):
        agreement = self._create_agreement(return_decision_days=1, return_reply_days=4)
        order = self._claim("2026-05-04")
        self.assertEqual(self._get_days(order), {"decision": 1, "reply": 4}, "also where the company is faster")
        self.assertEqual(order.agreement_ids, agreement.with_env(order.env))
        self.assertEqual(
            str(order.milestone_ids.filtered(lambda milestone: milestone.step == "decision").date_deadline), "2026-05-05 17:00:00",
        )

    def test_what_is_left_open_is_as_the_company_says(self):
        self._create_agreement(return_decision_days=1)
        self.assertEqual(self._get_days(self._claim()), {"decision": 1, "reply": 3})

    def test_of_several_the_shortest(self):
        self._create_agreement(return_decision_days=4, return_reply_days=2)
        self._create_agreement(return_decision_days=3)
        self.assertEqual(self._get_days(self._claim()), {"decision": 3, "reply": 2})

    def test_one_covered_product_is_enough_and_none_is_not(self):
        self._create_agreement(return_decision_days=1, product_ids=[Command.set(self.pump.ids)])
        self.assertEqual(self._get_days(self._claim())["decision"], 2)
        self.assertEqual(self._get_days(self._claim("2026-06-01", self._get_line(), self._get_line(self.pump)))["decision"], 1)

    def test_two_returns_at_once_get_each_its_own(self):
        self._create_agreement(return_decision_days=1)
        other = self.env["res.partner"].create({"name": "Green Workshop", "is_company": True})
        with self.at("2026-05-04 10:00:00"):
            orders = self.env["return.order"].with_user(self.rep).with_company(self.company).create([
                {"partner_id": partner.id} for partner in (self.customer, other)
            ])
        self.assertEqual([self._get_days(order)["decision"] for order in orders], [1, 2])
