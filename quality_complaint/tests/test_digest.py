from odoo.fields import Command
from odoo.tests import tagged

from .common import ComplaintCommon

NOW = "2026-06-10 12:00:00"


@tagged("post_install", "-at_install")
class TestDigest(ComplaintCommon):
    """Complaints in the digest mail: the last 24 hours, 7 days and 30 days before 10 June, noon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.digest = cls.env["digest.digest"].create({
            "name": "Quality", "company_id": cls.company.id, "user_ids": [Command.set(cls.quality_manager.ids)],
            "kpi_complaint_received": True, "kpi_complaint_late": True, "kpi_complaint_in_time": True, "kpi_complaint_satisfied": True,
        })

    def _receive(self, moment, user=None, **milestone):
        """A complaint that arrived then, whose only step is the reply."""
        with self.at(moment):
            complaint = self._create_complaint(user)
        complaint.sudo().milestone_ids.unlink()
        if milestone:
            self.env["quality.milestone"].create({
                "complaint_id": complaint.id, "step": "reply", "owner_role": "reporter", "date_start": moment, **milestone,
            })
        return complaint

    def _get_figures(self, user, digest=None):
        """{figure: its values in the three columns} of the mail that this user would get now."""
        kpis = (digest or self.digest)._compute_kpis(user.company_id, user)
        return {
            kpi["kpi_name"].removeprefix("kpi_complaint_"): [kpi[column]["value"] for column in ("kpi_col1", "kpi_col2", "kpi_col3")]
            for kpi in kpis if kpi["kpi_name"].startswith("kpi_complaint_")
        }

    def test_what_arrived_what_is_late_and_what_was_answered_in_time(self):
        self._receive("2026-06-10 06:00:00", date_deadline="2026-06-10 10:00:00", date_done="2026-06-10 10:00:00")
        self._receive("2026-06-05 06:00:00", date_deadline="2026-06-08 10:00:00")
        self._receive("2026-05-20 06:00:00", date_deadline="2026-05-25 10:00:00", date_done="2026-05-25 10:00:01")
        # its clock stands, that one is due later, and those before were another month's
        self._receive("2026-05-20 06:00:00", date_deadline="2026-06-09 10:00:00", date_paused="2026-06-01 10:00:00")
        self._receive("2026-05-20 06:00:00", date_deadline="2026-06-10 12:00:01")
        self._receive("2026-04-20 06:00:00", date_deadline="2026-05-01 10:00:00")
        with self.at(NOW):
            self.assertEqual(self._get_figures(self.quality_manager), {
                "received": [1, 2, 5], "late": [0, 1, 1], "in_time": ["100.0 %", "50.0 %", "33.3 %"], "satisfied": ["–", "–", "–"],
            })

    def test_of_several_answers_the_last_one_counts(self):
        both = self.env["quality.complaint"]
        with self.at("2026-05-20 08:00:00"):
            for _number in range(2):
                both |= self._move_to(self._create_complaint(), "follow_up")
        first, second = both
        with self.at("2026-05-21 08:00:00"):
            self._answer(first, "no")
            self._answer(second, "no")
        with self.at("2026-06-09 14:00:00"):
            first.with_user(self.handler).action_resolve()
            first.with_user(self.sales_manager).action_approve_reply()
            self._send_reply(first)
            self._answer(first, "yes")
        with self.at(NOW):
            self.assertEqual(self._get_figures(self.quality_manager)["satisfied"], ["100.0 %", "100.0 %", "50.0 %"])

    def test_each_reads_their_own(self):
        self._receive("2026-06-10 06:00:00")
        self._receive("2026-06-10 07:00:00", self.other_rep)
        company = self.env["res.company"].create({"name": "Moonlight Tools"})
        theirs = self.digest.copy({"company_id": company.id})
        manager = self._new_user("moon", "quality_complaint.group_manager", company=company)
        with self.at(NOW):
            self.assertEqual(self._get_figures(self.quality_manager)["received"], [2, 2, 2])
            self.assertEqual(self._get_figures(self.rep)["received"], [1, 1, 1])
            self.assertEqual(self._get_figures(manager, theirs)["received"], [0, 0, 0])
            self.assertEqual(self._get_figures(manager)["received"], [0, 0, 0], "another company's digest shows nothing of it")
            self.assertFalse(self._get_figures(self.worker), "who has nothing to do with complaints gets no figures")

    def test_the_mail_says_it_and_leads_there(self):
        self._receive("2026-06-10 06:00:00")
        with self.at(NOW):
            self.digest.action_send()
        mail = self.env["mail.mail"].search([("email_to", "=", self.quality_manager.email_formatted)], order="id desc", limit=1)
        body = str(mail.body_html)
        for text in ("New Complaints", "Complaints Late and Open", "Answered in Time", "Customers Satisfied", "quality_complaint.action_quality_complaint?"):
            with self.subTest(text):
                self.assertIn(text, body)
