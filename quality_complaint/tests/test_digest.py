from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

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
        for text in ("New Complaints", "Complaints Late and Open", "Answered in Time", "Customers Satisfied"):
            with self.subTest(text):
                self.assertIn(text, body)

    def _open(self, figure):
        """What the window shows to the quality manager that the mail leads to from that figure."""
        action = self.digest._compute_kpis_actions(self.company, self.quality_manager)[f"kpi_complaint_{figure}"]
        window = self.env.ref(action.partition("?")[0])
        records = self.env[window.res_model].with_user(self.quality_manager).with_company(self.company)
        return records.search(safe_eval(window.domain))

    def test_each_figure_leads_to_what_it_counts(self):
        self._receive("2026-05-01 06:00:00", date_deadline="2026-05-09 10:00:00", date_done="2026-05-09 09:00:00")
        received = self._receive("2026-05-20 06:00:00", date_deadline="2026-05-25 10:00:00", date_done="2026-05-25 10:00:00")
        late = self._receive("2026-05-21 06:00:00", date_deadline="2026-05-25 10:00:00")
        self._receive("2026-05-01 06:00:00", date_deadline="2026-05-02 10:00:00")
        with self.at("2026-05-22 08:00:00"):
            self.env["quality.complaint.assignment"].sudo().create({
                "complaint_id": received.id, "team_id": self.team.id, "name": "What came off?", "date_deadline": "2026-05-25 10:00:00",
            })  # a late part is no late step
        said = self.env["quality.complaint"]
        for moment in ("2026-05-05 08:00:00", "2026-05-22 08:00:00"):
            with self.at(moment):
                said = self._move_to(self._create_complaint(), "closed")
            said.sudo().milestone_ids.unlink()
        with self.at(NOW):
            self.assertEqual(
                {name: values[2] for name, values in self._get_figures(self.quality_manager).items()},
                {"received": 3, "late": 1, "in_time": "50.0 %", "satisfied": "100.0 %"},
            )
            self.assertEqual(self._open("received"), received | late | said)
            self.assertEqual(self._open("late").complaint_id, late)
            self.assertEqual(self._open("in_time"), (received | late).milestone_ids)
            self.assertEqual(self._open("satisfied"), said.follow_up_ids)

    def test_shares_count_what_the_objectives_count(self):
        due = {"date_deadline": "2026-06-05 10:00:00"}
        reply = self._receive("2026-06-01 06:00:00", **due)
        resolved = self._receive("2026-06-01 06:00:00", step="resolve", date_done="2026-06-05 10:00:00", **due)
        replied = self._receive("2026-06-01 06:00:00", date_done="2026-06-05 10:00:00", **due)
        replied.sudo().milestone_ids.copy({"step": "resolve", "date_deadline": "2026-06-04 10:00:00"})
        withdrawn = self._receive("2026-06-01 06:00:00", date_done="2026-06-05 09:00:00", **due)
        with self.at("2026-06-08 08:00:00"):
            self._cancel(withdrawn)
            heard, cancelled = (self._move_to(self._create_complaint(), "closed") for _each in range(2))
            (heard | cancelled).sudo().milestone_ids.unlink()
        with self.at("2026-06-09 08:00:00"):
            cancelled.with_user(self.quality_manager).action_reopen()
            self._cancel(cancelled)
            cancelled.sudo().milestone_ids.unlink()
        with self.at(NOW):
            figures = self._get_figures(self.quality_manager)
            self.assertEqual((figures["in_time"][1], figures["satisfied"][1]), ("66.7 %", "100.0 %"))
            self.assertEqual(self._open("in_time").complaint_id, reply | resolved | replied)
            self.assertEqual(self._open("satisfied").complaint_id, heard)
            for measure, counts in (("handled", (2, 3)), ("satisfied", (1, 1))):
                row = self.env["quality.objective.result"].search([("company_id", "=", self.company.id), ("measure", "=", measure)])
                with self.subTest(measure):
                    self.assertEqual((row.numerator, row.denominator), counts)

    def test_what_was_brought_over_is_received_and_not_late(self):
        with self.at("2026-06-09 08:00:00"):
            old = self._create_complaint(self.complaint_admin, date_received="2026-06-05 08:00:00", is_history=True)
        old.sudo().milestone_ids.unlink()
        self.env["quality.milestone"].create([
            {
                "complaint_id": old.id, "step": "reply", "owner_role": "reporter", "date_start": "2026-06-05 08:00:00",
                "date_deadline": "2026-06-08 10:00:00", "round": number,
            } for number in (1, 2)
        ])
        with self.at(NOW):
            figures = self._get_figures(self.quality_manager)
            self.assertEqual((figures["received"][1], figures["late"][1], figures["in_time"][1]), (1, 1, "0.0 %"))
            self.assertEqual(self._open("late").round, 2, "what was asked for again was asked for here")
            old.sudo().milestone_ids.filtered(lambda step: step.round == 2).active = False
            figures = self._get_figures(self.quality_manager)
            self.assertEqual((figures["received"][1], figures["late"][1], figures["in_time"][1]), (1, 0, "–"))
