from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnAnswer(ReturnCommon):
    """The customer gets a clear answer, and it is on record that and how he got it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_stock(cls.product, 1000)
        cls._create_shipped_order((cls.product, 500))
        cls.company.partner_id.write({"street": "7 Harbour Road", "city": "Dover"})
        cls.env.flush_all()

    def _refuse(self):
        order = self._create_return()
        order.action_submit()
        self._say(order.with_user(self.quality_manager), "refuse", "The blades were ground down.")
        return order

    def _send_answer(self, order):
        """Send what the composer shows, and return the message."""
        order = order.with_user(self.rep)
        self._send(order, "action_send_answer")
        return order.message_ids.filtered(lambda message: message.partner_ids == self.contact)[:1]

    def test_an_accepted_return_is_answered_with_number_goods_and_address(self):
        order = self._move_return(self._create_return(), "approved")
        with self.at("2026-05-04 10:00:00"):
            message = self._send_answer(order)
        for text in (order.name, "2 Units Screwdriver set", "Refund", "Please send the goods to: Sunrise Tools, 7 Harbour Road, Dover"):
            self.assertIn(text, message.body)
        self.assertEqual((order.state, order.answered_by_id, str(order.answered_on)), ("receiving", self.rep, "2026-05-04 10:00:00"))
        self.assertEqual(order.answer, "Sent by e-mail to Ada Blue.")
        self.assertFalse(order.activity_ids)

    def test_a_refused_return_is_answered_with_the_reason_and_is_over(self):
        order = self._refuse()
        body = self._send_answer(order).body
        self.assertIn("The blades were ground down.", body)
        self.assertNotIn("Please send the goods", body)
        self.assertEqual((order.state, order.verdict), ("done", "refused"))
        self.assertTrue(order.date_done)
        self.assertEqual(set(order.milestone_ids.mapped("deadline_state")), {"met"})

    def test_each_way_of_collection_says_how_the_goods_come_to_us(self):
        self.company.return_address_id = self.env["res.partner"].create({"name": "Returns Dock", "street": "9 Quay", "city": "Dover"})
        with self.at("2026-05-04 10:00:00"):
            for collection, expected in (
                ("brought_in", "Please bring the goods to: Returns Dock, 9 Quay, Dover"),
                ("courier", "Please send the goods to: Returns Dock, 9 Quay, Dover"),
                ("pickup", "at this address: Blue Workshop, Ada Blue, 1 Mill Lane, Brighton"), ("home_pickup", "Our driver brings the refund"),
            ):
                order = self._create_return(collection=collection, pickup_date="2026-05-06 08:30:00")
                text = " ".join(order._get_answer_sentences())
                self.assertIn(expected, text)
                self.assertIn(order.name, text)
                self.assertEqual("May 6, 2026" in text, "pickup" in collection)

    def test_the_answer_speaks_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("return_repair.mail_template_return_answer")
        template.with_context(lang="fr_FR").subject = "Votre retour {{ object.name }}"
        self.contact.lang = "fr_FR"
        order = self._move_return(self._create_return(), "approved")
        self.assertEqual(self._send_answer(order).subject, f"Votre retour {order.name}")

    def test_what_was_said_by_phone_is_kept(self):
        order, second = (self._move_return(self._create_return(), "approved") for _order in range(2))
        self._say(order.with_user(self.rep), "tell", "To Ms Blue: by courier, number on the parcel")
        self.assertEqual((order.state, order.answer), ("receiving", "To Ms Blue: by courier, number on the parcel"))
        self.assertEqual((second.state, second.answer), ("approved", False))

    def test_before_the_decision_there_is_nothing_to_tell(self):
        order = self._create_return()
        for state in ("draft", "decision"):
            self.assertEqual(order.state, state)
            for act in (order.action_tell, order.action_send_answer):
                with self.assertRaisesRegex(UserError, "There is no decision on"):
                    act()
            self.assertFalse(order.can_answer)
            if state == "draft":
                order.action_submit()

    def test_a_customer_without_an_address_is_told_otherwise(self):
        order = self._move_return(self._create_return(partner_email=False), "approved").with_user(self.rep)
        order.partner_email = False
        with self.assertRaisesRegex(UserError, "Ada Blue has no e-mail address"):
            order.action_send_answer()
        order.action_tell()
        self.assertEqual(order.state, "receiving")

    def test_an_internal_note_is_no_answer(self):
        order = self._move_return(self._create_return(), "approved").with_user(self.rep)
        for post in (
            lambda order: order.message_post(body="Sent", subtype_xmlid="mail.mt_note"),
            lambda order: order.message_post(body="Sent", partner_ids=self.quality_manager.partner_id.ids),
        ):
            with self.assertRaisesRegex(UserError, "has to go to the customer"), self.env.cr.savepoint():
                post(order.with_context(mark_return_told=True))
        order.message_post(body="By the way", partner_ids=self.contact.ids, subtype_xmlid="mail.mt_comment")
        self.assertEqual(order.state, "approved", "another message is none either")

    def test_the_answer_is_not_sent_twice(self):
        order = self._move_return(self._create_return(), "receiving")
        with self.assertRaises(UserError):
            order.with_user(self.rep).action_send_answer()

    def test_an_address_that_is_not_the_contacts_gets_the_mail(self):
        order = self._create_return()
        self.assertEqual(order._get_email_partner(), self.contact)
        order.partner_email = "workshop@blueworkshop.example"
        self.assertFalse(order._get_email_partner())

    def test_the_answer_in_time_is_on_record(self):
        with self.at("2026-05-04 10:00:00"):
            order = self._create_return()
        with self.at("2026-05-20 10:00:00"):
            self._move_return(order, "approved")
            order.with_user(self.rep).action_tell()
        self.assertEqual(set(order.milestone_ids.mapped("deadline_state")), {"missed"})
        self.assertEqual(set(order.milestone_ids.mapped("date_done")), {fields.Datetime.to_datetime("2026-05-20 10:00:00")})
