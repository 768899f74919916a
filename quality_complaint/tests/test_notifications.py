from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestNotifications(ComplaintCommon, MockEmail):
    """Whatever his preference, whoever is told is told in Discuss and by e-mail, at once and once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.in_inbox = cls._new_user("in_inbox", "base.group_user", notification_type="inbox")
        cls.by_mail = cls._new_user("by_mail", "base.group_user", notification_type="email")
        cls.archived = cls._new_user("archived", "base.group_user")
        cls.complaint_type.notify_user_ids = cls.in_inbox | cls.by_mail | cls.archived | cls.handler | cls.quality_manager
        cls.archived.active = False
        cls.complaint = cls._move_to(cls._create_complaint(handler_id=cls.handler.id), "review")
        cls.complaint.with_user(cls.quality_manager).write({"validity": "upheld", "severity": "major"})
        cls.subject = f"Complaint approved: {cls.complaint.display_name}"

    def _approve(self, user=None):
        with self.mock_mail_gateway():
            self.complaint.with_user(user or self.quality_manager).action_approve()
            self.env.flush_all()

    def _get_mails(self, user):
        return [mail for mail in self._mails if any(user.email in address for address in mail["email_to"])]

    def _get_inbox(self, user):
        return self.env["mail.notification"].sudo().search([
            ("res_partner_id", "=", user.partner_id.id), ("notification_type", "=", "inbox"), ("is_read", "=", False),
            ("mail_message_id.subject", "=", self.subject),
        ])

    def _get_chat(self, user):
        """What OdooBot wrote to him."""
        odoobot = self.env.ref("base.partner_root")
        channels = self.env["discuss.channel.member"].sudo().search([("partner_id", "=", user.partner_id.id)]).channel_id.filtered(
            lambda channel: channel.channel_type == "chat" and odoobot in channel.channel_member_ids.partner_id,
        )
        return self.env["mail.message"].sudo().search([
            ("model", "=", "discuss.channel"), ("res_id", "in", channels.ids), ("author_id", "=", odoobot.id),
            ("body", "like", self.complaint.name),
        ])

    def test_who_reads_in_odoo_gets_it_in_the_inbox_and_by_mail(self):
        self._approve()
        self.assertEqual(len(self._get_inbox(self.in_inbox)), 1)
        self.assertFalse(self._get_chat(self.in_inbox))
        self.assertEqual([mail["subject"] for mail in self._get_mails(self.in_inbox)], [self.subject])

    def test_who_reads_mail_gets_it_by_mail_and_in_the_chat_with_odoobot(self):
        self._approve()
        self.assertFalse(self._get_inbox(self.by_mail))
        self.assertEqual([mail["subject"] for mail in self._get_mails(self.by_mail)], [self.subject])
        chat = self._get_chat(self.by_mail)
        self.assertEqual(len(chat), 1)
        self.assertIn(f'data-oe-id="{self.complaint.id}"', chat.body)
        self.assertIn("Blue Workshop", chat.body)

    def test_who_approves_and_is_on_the_list_gets_it_too(self):
        self._approve(self.quality_manager)
        self.assertEqual(len(self._get_mails(self.quality_manager)), 1)
        self.assertEqual(len(self._get_chat(self.quality_manager)), 1)

    def test_nobody_gets_it_twice(self):
        self.assertIn(self.handler, self.complaint_type.notify_user_ids & self.complaint.handler_id)
        self._approve()
        for user in self.handler | self.in_inbox | self.by_mail | self.quality_manager:
            with self.subTest(user.login):
                self.assertEqual([mail["subject"] for mail in self._get_mails(user)].count(self.subject), 1)
                self.assertEqual(len(self._get_inbox(user)) + len(self._get_chat(user)), 1)

    def test_archived_users_and_others_are_left_out(self):
        self._approve()
        for user in self.archived | self.rep | self.outsider | self.worker:
            with self.subTest(user.login):
                self.assertFalse(self._get_mails(user))
                self.assertFalse(self._get_inbox(user) | self._get_chat(user).notification_ids)

    def test_each_reads_it_in_his_language_whoever_causes_it(self):
        self.env["res.lang"]._activate_lang("ja_JP")
        self.env["res.lang"]._activate_lang("zh_CN")
        self.in_inbox.lang, self.by_mail.lang = "ja_JP", "zh_CN"
        self._approve()
        subjects = [self._get_mails(user)[0]["subject"] for user in (self.in_inbox, self.by_mail, self.quality_manager)]
        japanese, chinese, english = (
            complaint.env._("Complaint approved: %s", complaint.display_name)
            for complaint in (self.complaint.with_context(lang=lang) for lang in ("ja_JP", "zh_CN", "en_US"))
        )
        self.assertEqual(subjects, [japanese, chinese, english])
        self.assertEqual(len({japanese, chinese, english}), 3)

    def test_the_step_is_named_in_the_language_of_who_has_it(self):
        self.env["res.lang"]._activate_lang("ja_JP")
        self.handler.lang = "ja_JP"
        self._approve()
        summary, _role = self.complaint.with_context(lang="ja_JP")._get_step()
        self.assertEqual(self.complaint.activity_ids.filtered(lambda activity: activity.user_id == self.handler).summary, summary)
        self.assertNotEqual(summary, self.complaint._get_step()[0])

    def test_two_complaints_are_two_messages(self):
        second = self._move_to(self._create_complaint(), "review")
        second.sudo().write({"validity": "upheld", "severity": "major", "handler_id": self.handler.id})
        with self.mock_mail_gateway():
            (self.complaint | second).with_user(self.quality_manager).action_approve()
        self.assertEqual(
            sorted(mail["subject"] for mail in self._get_mails(self.in_inbox)),
            sorted([self.subject, f"Complaint approved: {second.display_name}"]),
        )

    def test_what_a_customer_wrote_is_shown_as_text(self):
        self.complaint.sudo().subject = "<script>alert(1)</script>"
        self.subject = f"Complaint approved: {self.complaint.display_name}"
        self._approve()
        body = self._get_mails(self.in_inbox)[0]["body"]
        self.assertNotIn("<script", body)
        self.assertIn("&lt;script&gt;", body)
        self.assertNotIn("<script", self._get_chat(self.by_mail).body)

    def test_who_filed_it_is_told_that_it_came_back(self):
        with self.mock_mail_gateway():
            self.complaint.with_user(self.quality_manager).action_back_to_draft()
        self.assertEqual(
            [mail["subject"] for mail in self._get_mails(self.rep)], [f"{self.complaint.display_name} was sent back to you"],
        )

    def test_who_filed_it_is_told_that_it_is_not_upheld_and_why(self):
        self.complaint.with_user(self.quality_manager).write(self._get_rejection())
        with self.mock_mail_gateway():
            self.complaint.with_user(self.quality_manager).action_reject()
        (mail,) = self._get_mails(self.rep)
        self.assertEqual(mail["subject"], f"Closed as not upheld: {self.complaint.display_name}")
        self.assertIn("Used as a chisel", mail["body"])
        self.assertFalse(self._get_mails(self.customer) + self._get_mails(self.contact), "the customer is told by people")

    def test_the_customer_gets_a_copy_of_what_was_agreed(self):
        with self.assertRefused("there is no agreement to send"):
            self.complaint.with_user(self.quality_manager).action_send_agreement()
        rejected = self._move_to(self._create_complaint(), "rejected")
        with self.mock_mail_gateway():
            self._send(rejected.with_user(self.quality_manager), "action_send_agreement")
        (mail,) = self._get_mails(self.contact)
        self.assertIn(f"what we agreed about your complaint {rejected.name}", mail["subject"])
        self.assertIn("A discount on new ones", mail["body"])
        self.assertEqual(rejected.state, "rejected")
        self.assertIn("A discount on new ones", rejected.message_ids[0].body, "and it stays with the complaint")

    def test_who_filed_it_is_told_that_the_reply_is_approved(self):
        complaint = self._move_to(self._create_complaint(), "reply")
        with self.mock_mail_gateway():
            complaint.with_user(self.sales_manager).action_approve_reply()
        self.assertEqual(
            [mail["subject"] for mail in self._get_mails(self.rep)], [f"The reply of {complaint.display_name} is approved"],
        )
        self.assertFalse(self._get_mails(self.sales_manager))

    def test_portal_users_are_never_told(self):
        portal = self._new_user("portal", "base.group_portal")
        with self.mock_mail_gateway():
            self.complaint._notify_users(portal | self.by_mail, lambda complaint: (complaint.name, "Body"))
        self.assertFalse(self._get_mails(portal))
        self.assertEqual(len(self._get_mails(self.by_mail)), 1)

    def test_who_may_not_work_in_the_company_is_not_told(self):
        stranger = self._new_user("stranger", "base.group_user", company=self.env["res.company"].create({"name": "Moonlight"}))
        self.complaint_type.sudo().notify_user_ids += stranger
        self._approve()
        self.assertFalse(self._get_mails(stranger))
        self.assertFalse(self._get_chat(stranger))
