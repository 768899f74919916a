from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .test_return_cost import ReturnCostCommon


@tagged("post_install", "-at_install")
class TestReturnRecovery(ReturnCostCommon):
    """What suppliers and carriers owe for goods that came back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor = cls.env["res.partner"].create({"name": "Steel Mill", "email": "claims@steelmill.example"})
        cls.haulier = cls.env["res.partner"].create({"name": "Fast Wheels"})
        cls.product.seller_ids = [Command.create({"partner_id": cls.vendor.id, "company_id": cls.company.id})]
        cls.stock_manager = cls._new_user("stock_manager", "stock.group_stock_manager")
        cls.invoicer = cls._new_user("invoicer", "account.group_account_invoice")

    def _return_goods(self, quantity=2, **values):
        return self._take_back(self._sell(), quantity, note="The thread is stripped", **values)

    def _claim(self, order=None, user=None, **values):
        """A claim as the button of the line opens it, saved."""
        user = user or self.stock_manager
        order = order or self._return_goods()
        form = self._open_action(user, order.line_ids.with_user(user).action_claim_recovery())
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()

    def _give(self, recovery, amount, **values):
        return self.env["return.recovery.receipt"].with_user(self.stock_manager).create({"recovery_id": recovery.id, "amount": amount, **values})

    # ------------------------------------------------------------ the claim
    def test_the_vendor_what_it_costs_us_and_why_are_proposed(self):
        order = self._return_goods()
        recovery = self._claim(order)
        self.assertEqual(
            (recovery.partner_id, recovery.quantity, recovery.amount_claimed, recovery.note, recovery.currency_id, recovery.company_id),
            (self.vendor, 2, 120, "The thread is stripped", self.company.currency_id, self.company),
        )
        shown = order.with_user(self.rep)
        self.assertEqual((shown.recovery_count, shown.recovery_ids), (1, recovery))
        self.assertEqual(self.env["return.recovery"].search(shown.action_view_recoveries()["domain"]), recovery)
        self.assertEqual(recovery.action_view_return()["res_id"], order.id)

    def test_of_a_lot_it_is_claimed_from_whom_that_lot_was_bought(self):
        mill, oil = self.env["res.partner"].create({"name": "Oil Mill"}), self._create_product("Oil", tracking="lot", list_price=100)
        lot = self.env["stock.lot"].create({"name": "OIL-1", "product_id": oil.id, "company_id": self.company.id})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        places = {"location_id": self.env.ref("stock.stock_location_suppliers").id, "location_dest_id": warehouse.lot_stock_id.id}
        bought = self.env["stock.picking"].with_company(self.company).create({
            **places, "picking_type_id": warehouse.in_type_id.id, "partner_id": mill.id,
            "move_ids": [Command.create({**places, "product_id": oil.id, "product_uom_qty": 20})],
        })
        bought.action_confirm()
        bought.move_ids.move_line_ids.lot_id = lot
        bought.move_ids.picked = True
        bought.button_validate()
        sold = self._create_order({"product_id": oil.id, "product_uom_qty": 10})
        self._deliver(sold, lots={oil: {lot: 10}})
        order = self._create_return(line_ids=[self._get_line(oil, move_id=sold.order_line.move_ids.id, lot_id=lot.id, note="Rancid")])
        self.assertEqual(self._claim(self._move_return(order, "receiving")).partner_id, mill)

    def test_a_carrier_is_proposed_who_was_claimed_from_for_it_before(self):
        service = self.env["product.product"].create({"name": "Transport", "type": "service"})
        carrier = self.env["delivery.carrier"].create({"name": "Road", "product_id": service.id})
        orders = [self._return_goods(), self._return_goods()]
        for order in orders:
            order.line_ids.move_id.picking_id.carrier_id = carrier
        first = self._open_action(self.stock_manager, orders[0].line_ids.with_user(self.stock_manager).action_claim_recovery())
        first.cause = "carrier"
        self.assertFalse(first.partner_id, "the vendor has not done it")
        first.partner_id = self.haulier
        first.save()
        second = self._open_action(self.stock_manager, orders[1].line_ids.with_user(self.stock_manager).action_claim_recovery())
        second.cause = "carrier"
        self.assertEqual(second.partner_id, self.haulier)

    def test_the_same_is_not_claimed_twice_from_the_same(self):
        order = self._return_goods()
        recovery = self._claim(order)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self._claim(order)
        self._claim(order, cause="carrier", partner_id=self.haulier)
        recovery.action_cancel()
        self._claim(order)

    def test_no_more_is_claimed_than_came_back(self):
        order = self._return_goods()
        for quantity in (3, 0):
            with self.subTest(quantity), self.assertRefused("Screwdriver set: between 0 and 2 Units"):
                self._claim(order, quantity=quantity)
        with self.assertRefused("not negative"):
            self._claim(order, amount_claimed=-1)

    def test_it_is_about_one_product(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env["return.recovery"].create({"partner_id": self.vendor.id})
        recovery = self._claim()
        with self.assertRaises(AccessError):
            recovery.return_line_id = self._return_goods().line_ids

    def test_of_a_complaint_the_review_says_who_caused_it(self):
        complaint = self._move_to(self._create_complaint(), "investigation")
        complaint.with_user(self.handler).responsibility = "carrier"
        line = complaint.line_ids.with_user(self.quality_manager)
        form = self._open_action(self.quality_manager, line.action_claim_recovery())
        self.assertEqual(form.cause, "carrier")
        form.partner_id = self.haulier
        recovery = form.save()
        self.assertEqual((recovery.complaint_id, recovery.team_id, complaint.with_user(self.rep).recovery_count), (complaint, self.team, 1))
        recovery.note = "Wet boxes"
        recovery.action_claim()
        self._give(recovery, 70)
        complaint.invalidate_recordset()
        self.assertEqual(complaint.with_user(self.rep).cost_recovered, 70)

    def _return_complained_goods(self, complaint, quantity=2):
        order = self._return_goods(quantity)
        order.complaint_id = complaint
        return order

    def _claim_of_complaint(self, complaint, **values):
        form = self._open_action(self.stock_manager, complaint.line_ids.with_user(self.stock_manager).action_claim_recovery())
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()

    def test_what_was_complained_about_and_came_back_is_claimed_once(self):
        complaint = self._move_to(self._create_complaint(), "investigation")
        order, other = self._return_complained_goods(complaint, 1), self._return_goods()
        whole = self._claim_of_complaint(complaint)
        with self.assertRefused("of the complaint and of the return together"):
            self._claim(order)
        self._claim(order, cause="carrier", partner_id=self.haulier)
        self._claim(other)
        whole.action_cancel()
        again = self._claim(order)
        with self.assertRefused("of the complaint and of the return together"):
            whole.action_reopen()
        again.action_cancel()
        whole.action_reopen()

    def test_the_claims_of_a_merged_complaint_come_along_and_go_back(self):
        complaint, kept, third = (self._move_to(self._create_complaint(), "investigation") for _number in range(3))
        order, apart = self._return_complained_goods(complaint), self._return_complained_goods(third)
        claims = self._claim_of_complaint(complaint) | self._claim(order, cause="carrier", partner_id=self.haulier)
        others = self._claim(apart)
        complaint.sudo()._merge_into(kept.sudo())
        self.env.invalidate_all()
        self.assertEqual((claims.complaint_id, others.complaint_id, kept.sudo().recovery_count), (kept, third, 2))
        complaint.with_user(self.quality_manager).action_undo_merge()
        self.env.invalidate_all()
        self.assertEqual((claims.complaint_id, kept.sudo().recovery_count), (complaint, 0))

    def test_a_claim_follows_the_team_of_its_return(self):
        order = self._return_goods()
        recovery, other = self._claim(order), self._claim()
        team = self.env["quality.team"].create({"name": "Forge", "company_id": self.company.id})
        order.team_id = team
        self.assertEqual((recovery.team_id, other.team_id), (team, self.team))

    # ------------------------------------------------------------ moves
    def test_all_that_is_missing_is_named_at_once(self):
        recovery = self._claim(amount_claimed=0)
        recovery.write({"note": False, "date_deadline": False})
        with self.assertRaises(UserError) as refusal:
            recovery.action_claim()
        for gap in ("The amount that is claimed", "The reason of the claim", "Until when it is to be settled"):
            self.assertIn(gap, str(refusal.exception))
        recovery.write({"note": "Bent", "amount_claimed": 5, "date_deadline": fields.Datetime.subtract(fields.Datetime.now(), minutes=1)})
        with self.assertRefused("A day ahead until when it is to be settled"):
            recovery.action_claim()

    def test_it_is_claimed_by_mail_in_the_vendors_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("return_repair.mail_template_recovery_claim")
        template.with_context(lang="fr_FR").subject = "{{ object.company_id.name }} : réclamation {{ object._get_claim_number() }}"
        self.vendor.lang = "fr_FR"
        order = self._return_goods()
        recovery = self._claim(order)
        self._send(recovery, "action_send_claim")
        self.assertEqual((recovery.state, recovery.date_claimed.date()), ("claimed", fields.Date.today()))
        mail = recovery.message_ids.filtered(lambda message: message.partner_ids == self.vendor)
        self.assertEqual(mail.subject, f"Sunrise Tools : réclamation {order.name}")
        for text in ("Screwdriver set", "120", "The thread is stripped"):
            self.assertIn(text, mail.body)
        with self.assertRefused("can't go to"):
            recovery.action_send_claim()

    def test_without_an_address_it_is_not_sent(self):
        recovery = self._claim(cause="carrier", partner_id=self.haulier)
        with self.assertRefused("Fast Wheels has no e-mail address"):
            recovery.action_send_claim()
        recovery.action_claim()
        self.assertEqual(recovery.state, "claimed")

    def test_what_came_back_in_part_leaves_the_rest_open_until_it_is_settled(self):
        recovery, other = self._claim(), self._claim()
        (recovery | other).action_claim()
        self.assertEqual((recovery | other).mapped("amount_open"), [120, 120])
        with self.assertRefused("What came back"):
            recovery.action_receive()
        recovery.amount_accepted = 100
        recovery.action_accept()
        self._give(recovery, 30)
        self._give(recovery, 45, kind="goods", quantity=1)
        self.assertEqual((recovery.amount_received, recovery.amount_open), (75, 25))
        recovery.action_receive()
        self.assertEqual((recovery.state, recovery.amount_open, other.state), ("received", 0, "claimed"))
        self.assertTrue(recovery.date_done)
        self.assertIn("25.00", recovery.message_ids[0].body)
        with self.assertRefused("finished"):
            self._give(recovery, 5)
        recovery.action_reopen()
        self.assertEqual((recovery.state, recovery.amount_open, recovery.date_done), ("accepted", 25, False))

    def test_a_refusal_takes_their_reason_and_can_be_claimed_again(self):
        recovery = self._claim()
        recovery.action_claim()
        with self.assertRefused("Why it is refused"):
            recovery.action_refuse()
        recovery.refusal_reason = "Out of their warranty"
        recovery.action_refuse()
        self.assertEqual((recovery.state, recovery.amount_open), ("refused", 0))
        with self.assertRefused("can't go to"):
            recovery.action_claim()
        recovery.action_reopen()
        self.assertEqual((recovery.state, recovery.date_done, recovery.refusal_reason), ("draft", False, False))
        recovery.note = "It broke within their warranty"
        recovery.action_claim()
        self.assertEqual(recovery.state, "claimed")
        with self.assertRefused("Why it is refused"):
            recovery.action_refuse()

    def test_writing_the_state_presses_the_button(self):
        recovery = self._claim()
        recovery.state = "claimed"
        self.assertTrue(recovery.date_claimed)
        with self.assertRaises(UserError):
            recovery.state = "draft"
        with self.assertRaises(AccessError):
            recovery.date_claimed = "2026-01-01 10:00:00"

    # ------------------------------------------------------------ reminder
    def test_who_claims_is_reminded_once_and_not_of_what_is_settled(self):
        rule = self.env.ref("return_repair.automation_recovery_missed")
        self.env.cr.execute("UPDATE base_automation SET last_run = '2031-01-01' WHERE id = %s", (rule.id,))
        rule.invalidate_recordset()
        with self.at("2031-03-03 10:00:00"):
            recovery, settled, draft = (self._claim() for _number in range(3))
            ours = recovery | settled | draft
            ours.date_deadline = "2031-03-17 10:00:00"
            (recovery | settled).action_claim()
            self._give(settled, 120)
            settled.action_receive()
        moment = "2031-03-17 10:00:01"
        with self.at(moment):
            for _run in range(2):
                rule._process(rule._search_time_based_automation_records(until=fields.Datetime.to_datetime(moment)) & ours.with_env(rule.env))
            self.assertEqual([len(record.activity_ids) for record in ours], [1 + 1, 0, 0], "who claims, and the leader of the team")
            self.assertEqual(recovery.activity_ids.user_id, self.stock_manager | self.quality_manager)
            self._give(recovery, 120)
            recovery.action_receive()
            self.assertFalse(recovery.activity_ids)

    # ------------------------------------------------------------ accounting
    def _credit(self, recovery, amount=None):
        form = Form(self.env["account.move"].with_user(self.accountant).with_company(self.company).with_context(
            **recovery.with_user(self.accountant).action_make_refund()["context"],
        ), view="account.view_move_form")
        form.invoice_date = fields.Date.today()
        if amount is not None:
            with form.invoice_line_ids.edit(0) as line:
                line.price_unit = amount
        return form.save()

    def test_the_vendors_credit_note_counts_when_it_is_posted(self):
        order = self._return_goods()
        recovery = self._claim(order)
        recovery.action_claim()
        note = self._credit(recovery, 80)
        self.assertEqual((note.move_type, note.partner_id, recovery.amount_received), ("in_refund", self.vendor, 0))
        note.action_post()
        self.assertEqual((recovery.amount_received, recovery.amount_open), (80, 40))
        self._give(recovery, 40)
        entries = self.env["quality.cost"].with_user(self.quality_manager).search([("return_id", "=", order.id), ("category", "=", "recovery")])
        self.assertEqual(sorted(entries.mapped("amount")), [-80, -40])
        note.button_draft()
        self.assertEqual((recovery.amount_received, recovery.amount_open), (40, 80))

    def test_a_claim_in_another_currency_counts_in_the_companys(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create({"currency_id": euro.id, "company_id": self.company.id, "name": "2020-01-01", "rate": 0.5})
        self.stock_manager.group_ids += self.env.ref("base.group_multi_currency")
        order = self._return_goods()
        recovery = self._claim(order, currency_id=euro, amount_claimed=60)
        recovery.action_claim()
        self._give(recovery, 10)
        note = self._credit(recovery, 20)
        self.assertEqual(note.currency_id, euro)
        note.action_post()
        self.assertEqual((recovery.amount_received, recovery.amount_open), (30, 30))
        self.assertEqual(order.with_user(self.rep).cost_net, -60)

    # ------------------------------------------------------------ rights
    def test_who_claims_and_who_reads(self):
        order = self._return_goods()
        recovery = self._claim(order)
        for user in (self.stock_manager, self.invoicer, self.quality_manager):
            with self.subTest(user.login):
                recovery.with_user(user).read(["partner_id", "return_line_id", "amount_open"])
                self.assertTrue(recovery.with_user(user).has_access("write"))
                self.assertTrue(recovery.with_user(user).can_edit)
        self.assertEqual(recovery.with_user(self.rep).amount_claimed, 120)
        with self.assertRaises(AccessError):
            recovery.with_user(self.rep).action_claim()
        with self.assertRaises(AccessError):
            order.line_ids.with_user(self.rep).action_claim_recovery()
        with self.assertRaises(AccessError):
            recovery.with_user(self.other_rep).read(["amount_claimed"])
        self.assertFalse(self.env["return.recovery"].with_user(self.other_rep).search([("id", "=", recovery.id)]))

    def test_another_companys_claims_are_nobodys(self):
        recovery = self._claim()
        recovery.action_claim()
        receipt = self.env["return.recovery.receipt"].browse(self._give(recovery, 5).id)
        recovery = self.env["return.recovery"].browse(recovery.id)
        company = self.env["res.company"].create({"name": "Moonlight Tools"})
        for group in ("stock.group_stock_manager", "account.group_account_invoice", "quality_complaint.group_manager"):
            stranger = self._new_user(f"stranger_{group}", group, company)
            with self.subTest(group):
                self.assertFalse(recovery.with_user(stranger).has_access("read"))
                self.assertFalse(receipt.with_user(stranger).has_access("read"))
                self.assertFalse(self.env["return.recovery"].with_user(stranger).search([("id", "=", recovery.id)]))
