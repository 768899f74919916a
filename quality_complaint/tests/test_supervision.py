from psycopg2.errors import CheckViolation

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ComplaintCommon

FLAGS = ("is_late", "is_untouched", "is_stuck", "is_paused_long", "is_handed_round")


@tagged("post_install", "-at_install")
class TestSupervision(ComplaintCommon):
    """The limits here: stuck after 7 days, paused too long after 14 days, handed round after 2 transfers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["quality.deadline.policy"].search([]).active = False
        cls.company.write({"complaint_stuck_days": 7, "complaint_pause_days": 14, "complaint_transfer_limit": 2})

    def _file(self, state="investigation", **values):
        with self.at("2026-03-02 09:00:00"):
            return self._move_to(self._create_complaint(**values), state)

    def _assert_flags(self, moment, complaint, *expected):
        """What the complaint says of itself and what the filters find are the same."""
        with self.subTest(moment, expected=expected), self.at(moment):
            self.env.invalidate_all()
            self.assertEqual({flag for flag in FLAGS if complaint[flag]}, set(expected))
            for flag in (*FLAGS, "needs_attention"):
                found = self.env["quality.complaint"].search([("id", "=", complaint.id), (flag, "=", True)])
                self.assertEqual(bool(found), bool(complaint[flag]), flag)
                others = self.env["quality.complaint"].search([("id", "=", complaint.id), (flag, "=", False)])
                self.assertEqual(bool(others), not complaint[flag], flag)
            self.assertEqual(complaint.needs_attention, bool(expected))

    def test_stuck_is_longer_than_the_limit_in_one_state(self):
        complaint = self._file()
        self._assert_flags("2026-03-09 09:00:00", complaint)
        self._assert_flags("2026-03-09 09:00:01", complaint, "is_stuck")
        with self.at("2026-03-09 10:00:00"):
            complaint.with_user(self.handler).write({"handling_opinion": "Replace", "analysis": "Rain"})
            complaint.demand_ids.write({"answer": "Sent", "outcome": "granted"})
            complaint.with_user(self.handler).action_resolve()
        self._assert_flags("2026-03-09 10:00:00", complaint)
        self._assert_flags("2026-03-16 10:00:01", complaint, "is_stuck")

    def test_paused_is_not_stuck_but_may_be_paused_too_long(self):
        complaint = self._file()
        with self.at("2026-03-03 09:00:00"):
            self.env["quality.deadline.pause"].with_user(self.handler).create({"complaint_id": complaint.id, "note": "?"})
        self._assert_flags("2026-03-17 09:00:00", complaint)
        self._assert_flags("2026-03-17 09:00:01", complaint, "is_paused_long")

    def test_handed_round_is_more_often_than_the_limit(self):
        complaint = self._file()
        for count, expected in ((2, ()), (3, ("is_handed_round",))):
            complaint.sudo().transfer_count = count
            self._assert_flags("2026-03-03 09:00:00", complaint, *expected)

    def test_untouched_and_late_count_too(self):
        self.env["quality.deadline.policy"].create({
            "name": "Hours", "type_id": self.complaint_type.id, "company_id": self.company.id,
            "line_ids": [Command.create({"step": "review", "owner_role": "leader", "duration": 2, "duration_unit": "hour"})],
        })
        complaint = self._file("review")
        self._assert_flags("2026-03-02 11:00:00", complaint, "is_untouched")
        self._assert_flags("2026-03-02 11:00:01", complaint, "is_untouched", "is_late")
        with self.at("2026-03-02 11:00:01"):
            self.assertEqual(complaint.attention_note, "Late, Not Touched")

    def test_each_company_has_its_own_limit(self):
        company = self.env["res.company"].create({"name": "Sunset Tools", "complaint_stuck_days": 1})
        complaint = self._file()
        user = self._new_user("other_company", "quality_complaint.group_manager", company=company)
        complaint_type = self.complaint_type.copy({"company_id": company.id, "team_id": False})
        with self.at("2026-03-02 09:00:00"):
            other = self.env["quality.complaint"].with_user(user).create({
                "subject": "Other", "partner_id": self.customer.id, "type_id": complaint_type.id,
            })
        self._assert_flags("2026-03-03 09:00:01", other, "is_untouched", "is_stuck")
        self._assert_flags("2026-03-03 09:00:01", complaint)

    def test_what_is_finished_needs_nothing(self):
        for state in ("closed", "rejected", "cancel"):
            complaint = self._file(state)
            complaint.sudo().transfer_count = 9
            self._assert_flags("2027-03-02 09:00:00", complaint)

    def test_the_view_opens_with_what_needs_attention_by_team_and_person(self):
        stuck = self._file()
        action = self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_complaint_supervision")
        with self.at("2026-03-20 09:00:00"):
            fresh = self._move_to(self._create_complaint(), "investigation")
            Complaint = self.env["quality.complaint"].with_user(self.quality_manager)
            groups = Complaint.formatted_read_group(
                [("id", "in", (stuck | fresh).ids), ("needs_attention", "=", True)], ["team_id", "handler_id"], ["__count"],
            )
        self.assertEqual([(group["team_id"][0], group["handler_id"][0], group["__count"]) for group in groups], [(self.team.id, self.handler.id, 1)])
        self.assertIn("'search_default_attention': 1", action["context"])

    @mute_logger("odoo.sql_db")
    def test_limits_are_not_negative(self):
        for limit in ("complaint_stuck_days", "complaint_pause_days", "complaint_transfer_limit", "deadline_warning_lead"):
            with self.subTest(limit), self.assertRaises(CheckViolation):
                self.company[limit] = -1
                self.company.flush_recordset()
