from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .agreement_common import AgreementCommon


@tagged("post_install", "-at_install")
class TestAgreement(AgreementCommon):
    """An agreement is numbered, activated when it says something, and from then on stays as it was agreed."""

    def test_each_company_counts_by_itself_and_without_gaps(self):
        with self.at("2026-03-01 10:00:00"):
            first, second = self._create_agreement(), self._create_agreement()
        self.assertEqual([first.name, second.name], ["SA/2026/00001", "SA/2026/00002"])
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        with self.at("2026-03-01 10:00:00"):
            foreign = self.env["service.agreement"].with_company(other).create({
                "partner_id": self.customer.id, "company_id": other.id, "date_to": "2026-12-31",
            })
        self.assertEqual(foreign.name, "SA/2026/00001")

    def test_all_that_is_missing_is_named_at_once(self):
        empty = self._create_agreement(active=False, warranty_extension="none")
        self.assertIn("What is agreed", empty.next_gaps)
        with self.assertRaisesRegex(UserError, "What is agreed: a longer warranty"):
            empty.action_activate()
        bare = self._create_agreement(active=False, warranty_extension="longer", covers_parts=False, covers_labour=False)
        second = self._create_agreement(active=False)
        with self.assertRaises(UserError) as refusal:
            (bare | second).action_activate()
        for text in ("By how much the warranty is longer", "What is free in repairs"):
            self.assertIn(text, str(refusal.exception))
        self.assertEqual(second.state, "draft", "all or none")

    def test_times_alone_are_an_agreement(self):
        self.assertEqual(self._create_agreement(warranty_extension="none", return_decision_days=1).state, "active")

    def test_what_was_agreed_stays(self):
        agreement, second = self._create_agreement(), self._create_agreement(active=False)
        for values in (
            {"date_to": "2027-12-31"}, {"covers_parts": False}, {"product_ids": [Command.set(self.pump.ids)]}, {"return_reply_days": 9},
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, "what was agreed stays as it was"):
                (second | agreement).write(values)
        agreement.write({"reference": "Contract 12", "user_id": self.sales_manager.id})
        self.assertEqual(agreement.reference, "Contract 12")

    def test_only_the_buttons_set_what_they_set(self):
        agreement = self._create_agreement(active=False)
        with self.assertRaises(AccessError):
            agreement.date_last = "2030-01-01"
        with self.assertRaises(UserError):
            self._create_agreement(active=False, state="active")
        agreement.state = "active"
        self.assertEqual(str(agreement.date_last), "2026-12-31", "the written state is the button")

    def test_it_runs_from_its_first_to_its_last_day(self):
        agreement = self._create_agreement(date_from="2026-03-01", date_to="2026-03-31")
        Agreement = self.env["service.agreement"].with_user(self.rep)
        for day, state in (
            ("2026-02-28", "upcoming"), ("2026-03-01", "running"), ("2026-03-31", "running"), ("2026-04-01", "expired"),
        ):
            with self.subTest(day), self.at(f"{day} 12:00:00"):
                self.env.invalidate_all()
                self.assertEqual(agreement.coverage_state, state)
                for other in ("draft", "upcoming", "running", "expired", "cancel"):
                    found = Agreement.search([("coverage_state", "=", other), ("id", "=", agreement.id)])
                    self.assertEqual(bool(found), other == state)

    def test_cancelled_it_ends_today(self):
        running, upcoming, draft = self._create_agreement(), self._create_agreement(date_from="2026-09-01"), self._create_agreement(active=False)
        with self.at("2026-06-01 12:00:00"):
            (running | upcoming | draft).action_cancel()
        self.assertEqual([str(day) for day in (running | upcoming | draft).mapped("date_last")], ["2026-06-01", "2026-06-01", "False"])
        with self.assertRaisesRegex(UserError, "can't go to"):
            running.action_cancel()
        with self.assertRaisesRegex(UserError, "is finished and stays as it is"):
            running.reference = "Later"

    def test_what_has_ended_is_not_cancelled(self):
        agreement = self._create_agreement(date_to="2026-03-31")
        with self.at("2026-04-01 12:00:00"), self.assertRaisesRegex(UserError, "nothing to cancel"):
            agreement.action_cancel()

    def test_nonsense_is_refused(self):
        for values in ({"date_to": "2025-12-31"}, {"extension_duration": -1}, {"return_reply_days": -1}):
            with self.subTest(values), self.assertRaises(CheckViolation), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self._create_agreement(active=False, **values)
        stranger = self._new_user("stranger", "base.group_user", company=self.env["res.company"].create({"name": "Moonlight Tools"}))
        with self.assertRaisesRegex(ValidationError, "may not work in"):
            self._create_agreement(active=False, user_id=stranger.id)

    def test_it_is_kept(self):
        agreement = self._create_agreement()
        with self.assertRaises(AccessError):
            agreement.unlink()
        with self.assertRaisesRegex(UserError, "keeps every service agreement"):
            agreement.sudo().unlink()

    # ------------------------------------------------------------ renewing
    def test_the_next_one_follows_without_a_gap_and_is_as_long(self):
        for start, end, following, last in (
            ("2026-01-01", "2026-12-31", "2027-01-01", "2027-12-31"),
            ("2026-02-01", "2026-02-28", "2026-03-01", "2026-03-31"),
            ("2026-01-15", "2026-07-14", "2026-07-15", "2027-01-14"),
            ("2026-01-01", "2026-01-10", "2026-01-11", "2026-01-20"),
            ("2026-01-01", "2026-01-01", "2026-01-02", "2026-01-02"),
        ):
            agreement = self._create_agreement(date_from=start, date_to=end, product_ids=[Command.set(self.product.ids)])
            with self.subTest(start=start, end=end), self.at(f"{end} 12:00:00"):
                agreement.action_renew()
                renewal = agreement.renewal_ids
                self.assertEqual((str(renewal.date_from), str(renewal.date_to)), (following, last))
                self.assertEqual((renewal.state, renewal.product_ids, renewal.date_last), ("draft", self.product, False))

    def test_renewed_twice_is_renewed_once(self):
        agreement, second = self._create_agreement(), self._create_agreement()
        with self.at("2026-12-01 12:00:00"):
            (agreement | second).action_renew()
            action = agreement.action_renew()
            self.assertEqual(len((agreement | second).renewal_ids), 2)
            self.assertEqual(action["res_id"], agreement.renewal_ids.id)
            agreement.renewal_ids.action_cancel()
            agreement.action_renew()
            self.assertEqual(len(agreement.renewal_ids), 2, "one that was called off is no renewal")

    def test_only_what_has_begun_is_renewed(self):
        draft, upcoming = self._create_agreement(active=False), self._create_agreement(date_from="2026-09-01")
        for agreement in (draft, upcoming):
            with self.at("2026-06-01 12:00:00"), self.assertRaisesRegex(UserError, "active or has expired"):
                agreement.action_renew()

    # ------------------------------------------------------------ reminding
    def _run_rule(self, moment):
        """What the scheduler does at that moment with the rule."""
        with self.at(moment):
            rule = self.env.ref("return_repair.automation_agreement_expiry")
            due = rule._search_time_based_automation_records(until=fields.Datetime.now())
            for agreement in due:
                rule._process(agreement)
            self.env.flush_all()
        return due

    def _get_reminders(self, agreement):
        return agreement.sudo().activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref("return_repair.mail_activity_type_agreement"),
        )

    def test_who_looks_after_it_is_reminded_once_thirty_days_before(self):
        rule = self.env.ref("return_repair.automation_agreement_expiry")
        self.env.cr.execute("UPDATE base_automation SET last_run = '2026-01-01' WHERE id = %s", (rule.id,))  # in force since then
        rule.invalidate_recordset(["last_run"])
        agreement, later = self._create_agreement(date_to="2026-06-30"), self._create_agreement()
        ours = agreement | later
        self.assertFalse(self._run_rule("2026-05-30 23:00:00") & ours)
        self.assertEqual(self._run_rule("2026-05-31 08:00:00") & ours, agreement)
        for moment in ("2026-05-31 09:00:00", "2026-06-15 09:00:00"):
            self.assertFalse(self._run_rule(moment) & ours)
        with self.at("2026-06-15 09:00:00"):
            ours.sudo()._remind_of_end()  # by hand for both: who was reminded is not reminded again
        reminder = self._get_reminders(agreement)
        self.assertEqual((reminder.user_id, str(reminder.date_deadline)), (self.rep, "2026-06-30"))
        self.assertEqual(len(self._get_reminders(later)), 1)

    def test_whoever_has_left_is_stood_in_for(self):
        agreement = self._create_agreement(date_to="2026-06-30")
        self.customer.user_id = self.other_rep
        self.rep.sudo().active = False
        agreement.sudo()._remind_of_end()
        self.assertEqual(self._get_reminders(agreement).user_id, self.other_rep)

    def test_renewed_or_cancelled_nobody_is_reminded_any_more(self):
        renewed, cancelled, reminded = (self._create_agreement(date_to="2026-06-30") for _index in range(3))
        with self.at("2026-06-10 12:00:00"):
            renewed.action_renew()
            renewed.renewal_ids.action_activate()
            cancelled.action_cancel()
            (renewed | cancelled | reminded).sudo()._remind_of_end()
            self.assertFalse(self._get_reminders(renewed | cancelled))
            reminded.action_renew()
            self.assertTrue(self._get_reminders(reminded), "a renewal that nobody activates renews nothing")
            reminded.renewal_ids.action_activate()
        self.assertFalse(self._get_reminders(reminded), "the renewal does the activity")

    def test_what_is_entered_when_its_end_is_near_is_reminded_of_at_once(self):
        near, far = self._create_agreement(date_to="2026-06-30", active=False), self._create_agreement(date_to="2026-08-30", active=False)
        over = self._create_agreement(date_to="2026-06-08", active=False)
        with self.at("2026-06-10 12:00:00"):
            (near | far | over).action_activate()
            self.assertEqual(len(self._get_reminders(near)), 1)
            self.assertFalse(self._get_reminders(far | over))

    def test_the_scheduler_knows_when_the_next_one_is_near_its_end(self):
        rule = self.env.ref("return_repair.automation_agreement_expiry")
        self.env["service.agreement"].search([]).reminded_on = "2026-01-01 00:00:00"
        self._create_agreement(date_to="2026-06-30")
        Agreement = self.env["service.agreement"]
        self.assertEqual(str(Agreement._get_next_alert(rule, fields.Datetime.to_datetime("2026-02-01 00:00:00"))), "2026-05-31 00:00:00")
        self.assertFalse(Agreement._get_next_alert(rule, fields.Datetime.to_datetime("2026-07-01 00:00:00")))
