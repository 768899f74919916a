from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestCapaPlan(ComplaintCommon, MockEmail):
    """The usual actions of a type, and who is informed of the plan."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._new_user("boss", "base.group_user", notification_type="inbox")
        Template = cls.env["quality.capa.template"]
        cls.stop = Template.create({
            "type_id": cls.complaint_type.id, "sequence": 1, "name": "Stop shipping", "capa_type": "containment",
            "owner_role": "leader", "duration": 4, "duration_unit": "hour",
        })
        cls.find = Template.create({
            "type_id": cls.complaint_type.id, "sequence": 2, "name": "Find the cause", "capa_type": "corrective",
            "owner_role": "handler", "user_id": cls.worker.id, "participant_ids": [Command.set(cls.stock_user.ids)], "duration": 3,
        })
        cls.complaint_type.inform_user_ids = cls.boss
        cls.complaint = cls._move_to(cls._create_complaint(), "investigation")
        cls.complaint.with_user(cls.handler).handling_opinion = "Sort <b>all</b> of it"
        cls.env.flush_all()

    def _open_wizard(self, complaint=None, user=None):
        action = (complaint or self.complaint).with_user(user or self.handler).action_propose_usual()
        return self._open_action(user or self.handler, action)

    # ------------------------------------------------------------ usual actions
    def test_the_usual_actions_are_proposed_with_owner_and_deadline(self):
        with self.at("2026-03-02 09:00:00"):  # a Monday
            wizard = self._open_wizard()
            with wizard.line_ids.edit(1) as line:
                line.name = "Find the cause with the carrier"
            wizard.save().action_confirm()
        stop, find = self.complaint.capa_ids.sorted("id")
        self.assertEqual((stop.name, stop.capa_type, stop.user_id, str(stop.date_deadline), stop.state), (
            "Stop shipping", "containment", self.quality_manager, "2026-03-02 14:00:00", "draft",
        ), "four working hours, without the break at noon")
        self.assertEqual((find.name, find.user_id, find.participant_ids, str(find.date_deadline), find.team_id), (
            "Find the cause with the carrier", self.worker, self.stock_user, "2026-03-05 17:00:00", self.team,
        ))
        self.assertEqual(find.create_uid, self.handler)

    def test_what_is_unticked_is_not_planned(self):
        wizard = self._open_wizard()
        with wizard.line_ids.edit(0) as line:
            line.is_chosen = False
        wizard.save().action_confirm()
        self.assertEqual(self.complaint.capa_ids.mapped("name"), ["Find the cause"])

    def test_nothing_is_planned_twice_unless_ticked_on_purpose(self):
        early = self._open_wizard()
        self._open_wizard().save().action_confirm()
        with self.assertRefused("Planned in the meantime", "Stop shipping", "Find the cause"):
            early.save().action_confirm()
        again = self._open_wizard()
        self.assertEqual([(line["is_planned"], line["is_chosen"]) for line in again.line_ids._records], [(True, False)] * 2)
        with again.line_ids.edit(0) as line:
            line.is_chosen = True
        again.save().action_confirm()
        self.assertEqual(sorted(self.complaint.capa_ids.mapped("name")), ["Find the cause", "Stop shipping", "Stop shipping"])
        self.complaint.capa_ids.filtered(lambda capa: capa.name == "Find the cause").with_user(self.handler).action_cancel()
        self.assertEqual([line["is_chosen"] for line in self._open_wizard().line_ids._records], [False, True])

    def test_another_round_begins_anew(self):
        complaint = self._move_to(self._create_complaint(), "investigation")
        self._open_wizard(complaint).save().action_confirm()
        complaint.sudo().round = 2
        self.assertEqual([line["is_chosen"] for line in self._open_wizard(complaint).line_ids._records], [True, True])
        self.assertEqual(set(complaint.capa_ids.mapped("round")), {1})

    def test_who_may_not_plan_proposes_nothing(self):
        for user in self.rep | self.outsider:
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._open_wizard(user=user).save().action_confirm()
        self.assertFalse(self.complaint.capa_ids)

    def test_a_deadline_in_the_past_plans_none_of_them(self):
        wizard = self._open_wizard()
        with wizard.line_ids.edit(0) as line:
            line.date_deadline = "2020-01-01 10:00:00"
        wizard = wizard.save()
        with self.assertRefused("A deadline can't lie in the past", "Stop shipping"):
            wizard.action_confirm()
        self.assertFalse(self.complaint.capa_ids)

    def test_who_has_left_or_may_not_work_here_is_not_proposed(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.worker.active = False
        self.find.participant_ids = self.stock_user | self._new_user("stranger", "base.group_user", company=other)
        self._open_wizard().save().action_confirm()
        find = self.complaint.capa_ids.filtered(lambda capa: capa.template_id == self.find)
        self.assertEqual((find.user_id, find.participant_ids), (self.handler, self.stock_user))

    def test_without_usual_actions_it_says_where_they_are_set_up(self):
        bare = self.env["quality.complaint.type"].create({"name": "Odd", "company_id": self.company.id, "team_id": self.team.id})
        complaint = self._create_complaint(self.handler, type_id=bare.id)
        with self.assertRefused("No usual actions are set up for «Odd»"):
            self._open_wizard(complaint)

    def test_the_settings_are_the_administrators(self):
        with Form(self.complaint_type.with_user(self.complaint_admin)) as form, form.capa_template_ids.new() as row:
            row.name = "Call the carrier"
        self.assertEqual(self.complaint_type.capa_template_ids.mapped("name")[-1], "Call the carrier")
        with self.assertRaises(AccessError):
            self.stop.with_user(self.quality_manager).name = "Go on"

    # ------------------------------------------------------------ information
    def _get_told(self, subject, complaint=None):
        """The texts that the boss got with that subject."""
        self.env.flush_all()
        complaint = complaint or self.complaint
        return [str(body) for body in self.env["mail.message"].sudo().search([
            ("model", "=", complaint._name), ("res_id", "=", complaint.id),
            ("subject", "=", f"{subject}: {complaint.display_name}"), ("message_type", "=", "user_notification"),
            ("notified_partner_ids", "in", self.boss.partner_id.ids),
        ]).mapped("body")]

    def test_those_named_beforehand_get_the_plan_once_when_it_runs(self):
        self.assertEqual(self.complaint.inform_user_ids, self.boss, "from the type")
        sort = self._create_capa(self.complaint, date_deadline="2056-03-04 10:00:00")
        find = self._create_capa(self.complaint, name="Find the cause", user_id=self.rep.id, capa_type="corrective")
        self._create_capa(self.complaint, name="Stop", capa_type="containment")
        with self.mock_mail_gateway():
            self.complaint.with_user(self.handler).action_start_plan()
            sort.with_user(self.worker).action_accept()
            self.assertFalse(self._get_told("Planned handling"))
            find.with_user(self.rep).action_accept()
        (text,) = self._get_told("Planned handling")
        for part in (
            "Sort <b>all</b> of it", "Correction: Sort the stock, owner Worker, until", "2056",
            "Corrective Action: Find the cause, owner Rep", "Containment: Stop",
        ):
            self.assertIn(part, text)
        mailed = [recipient for mail in self._mails for recipient in mail["email_to"]]
        self.assertEqual(sum(self.boss.email in recipient for recipient in mailed), 1)
        self.complaint.with_user(self.handler).action_start_plan()
        self.assertEqual(len(self._get_told("Planned handling")), 1)
        self.assertFalse(self._get_told("Changed handling"))

    def test_a_changed_plan_is_sent_again_and_marked(self):
        complaint = self._move_to(self._create_complaint(), "investigation")
        for concerned in (self.complaint, complaint):
            concerned.with_user(self.handler).handling_opinion = "Sort"
            self._create_capa(concerned)
            self._create_capa(concerned, name="Find the cause", capa_type="corrective")
            self._start(concerned.capa_ids)
        sort, find = self.complaint.capa_ids.sorted("id")
        sort.with_user(self.handler).date_deadline = "2056-03-04 10:00:00"
        (text,) = self._get_told("Changed handling")
        self.assertRegex(text, r"<strong>Correction: Sort the stock.*\(new or changed\)</strong>")
        self.assertIn("<li>Corrective Action: Find the cause", text)
        sort.with_user(self.handler).date_deadline = "2056-03-04 10:00:00"
        sort.with_user(self.handler).description = "In hall 1"
        self.assertEqual(len(self._get_told("Changed handling")), 1, "what they were told has not changed")
        find.with_user(self.handler).action_cancel()
        self.assertIn("<s>Find the cause</s>", self._get_told("Changed handling")[0])
        self.assertFalse(self._get_told("Changed handling", complaint))
        self.assertEqual(len(self._get_told("Planned handling", complaint)), 1)

    def test_cancelling_the_complaint_is_no_change_of_the_plan(self):
        self._start(self._create_capa(self.complaint))
        self._cancel(self.complaint)
        self.assertFalse(self._get_told("Changed handling"))

    def test_who_is_informed_is_the_handlers_to_say(self):
        with self.assertRefused("You may not change this now: Inform of the Plan", error=AccessError):
            self.complaint.with_user(self.rep).inform_user_ids = False
        self.complaint.with_user(self.handler).inform_user_ids = False
        self._start(self._create_capa(self.complaint))
        self.assertFalse(self._get_told("Planned handling"))
