from psycopg2.errors import UniqueViolation
from psycopg2.extras import Json

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.modules.migration import exec_script
from odoo.tests import Form, tagged
from odoo.tools import file_path, mute_logger

from .containment_common import ContainmentCommon


@tagged("post_install", "-at_install")
class TestContainmentFiling(ContainmentCommon):
    """Same-lot customers get a complaint each, once; own stock gets an action, once for each lot."""

    def setUp(self):
        super().setUp()
        self.complaint = self._complain(self._ship(self.customer, 10), 3)
        self.complaint.write({"urgency": "urgent", "severity": "critical", "handler_id": self.handler.id})
        self.green_picking = self._ship(self.green, 20)
        self.red_picking = self._ship(self.red, 7)

    def _file(self, containment=None):
        containment = containment or self._open(self.complaint)
        action = containment.action_file()
        return self.env["quality.complaint"].search(action["domain"])

    # ------------------------------------------------------------ complaints
    def test_each_other_customer_gets_a_complaint_filled_in(self):
        self._return(self.green_picking, 6)
        children = self._file()
        self.assertEqual(children, self.complaint.child_ids)
        self.assertEqual(children.partner_id, self.green | self.red)
        child = children.filtered(lambda child: child.partner_id == self.green)
        self.assertEqual((child.subject, child.type_id), ("The teeth break off", self.complaint_type))
        self.assertEqual((child.urgency, child.severity, child.channel, child.state), ("urgent", "critical", "internal", "draft"))
        self.assertEqual((child.team_id, child.handler_id, child.company_id), (self.team, self.handler, self.company))
        self.assertEqual((child.picking_id, child.sale_order_id), (self.green_picking, self.green_picking.sale_id))
        line = child.line_ids
        self.assertEqual((line.product_id, line.lot_id, line.move_id), (self.saw, self.lot, self.green_picking.move_ids))
        self.assertEqual((line.quantity, line.quantity_shipped, line.defect), (14, 20, "Teeth missing"))
        self.assertIn(f"We found this ourselves while handling {self.complaint.name}", child.description)
        self.assertIn("14 Units of Saw, lot S-1", child.description)
        self.assertNotIn(self.customer.name, child.description, "no customer reads of another")

    def test_it_is_filed_by_the_customers_salesperson_who_is_told_and_has_to_complete_it(self):
        children = self._file().grouped("partner_id")
        self.assertEqual(children[self.green].user_id, self.seller)
        self.assertEqual(children[self.red].user_id, self.handler, "nobody sells to him: who found it files it")
        activity = children[self.green].activity_ids
        self.assertEqual((activity.user_id, activity.summary), (self.seller, "Complete the complaint and submit it"))
        notices = self.env["mail.message"].search([("model", "=", children[self.green]._name), ("res_id", "=", children[self.green].id)])
        self.assertIn(self.seller.partner_id, notices.notified_partner_ids)
        self.assertTrue(children[self.green].with_user(self.seller).has_access("write"))

    def test_a_salesperson_who_has_left_or_works_elsewhere_files_nothing(self):
        other_company = self.env["res.company"].create({"name": "Moonlight Tools"})
        self.red.user_id = self._new_user("elsewhere", "sales_team.group_sale_salesman", other_company)
        self.seller.active = False
        self.assertEqual(self._file().user_id, self.handler)

    def test_goods_of_several_deliveries_name_no_single_one(self):
        self._ship(self.green, 5)
        child = self._file().filtered(lambda child: child.partner_id == self.green)
        self.assertFalse(child.picking_id or child.line_ids.move_id or child.sale_order_id)
        self.assertEqual((child.line_ids.quantity, child.line_ids.product_uom_id), (25, self.saw.uom_id))

    def test_the_quantity_is_in_the_unit_of_the_delivery(self):
        picking = self._ship_dozens(self.env["res.partner"].create({"name": "White Works"}), 2)
        line = self._file().filtered(lambda child: child.picking_id == picking).line_ids
        self.assertEqual((line.quantity, line.product_uom_id, line.quantity_shipped), (2, self.env.ref("uom.product_uom_dozen"), 2))

    def test_two_lots_at_a_customer_are_one_complaint(self):
        other_lot = self._create_lot("S-2", self.saw)
        self._ship(self.green, 5, other_lot)
        self.complaint.line_ids = [Command.create({"product_id": self.saw.id, "lot_id": other_lot.id, "quantity": 1, "defect": "Blunt"})]
        child = self._file().filtered(lambda child: child.partner_id == self.green)
        self.assertEqual(
            {(line.lot_id, line.quantity, line.defect) for line in child.line_ids},
            {(self.lot, 20, "Teeth missing"), (other_lot, 5, "Blunt")},
        )

    def test_only_the_ticked_customers_get_one(self):
        containment = self._open(self.complaint)
        with Form(containment) as form:
            index = [line.partner_id for line in containment.customer_line_ids].index(self.red)
            with form.customer_line_ids.edit(index) as line:
                line.selected = False
        self.assertEqual(self._file(containment).partner_id, self.green)
        self.assertEqual(self.complaint.child_ids.partner_id, self.green)

    def test_pressing_twice_files_nothing_twice(self):
        first = self._open(self.complaint)
        second = self._open(self.complaint)  # opened by somebody else before the first pressed
        children = self._file(first)
        self.assertEqual(self._file(first), children)
        self.assertEqual(self._file(second), children)
        self.assertEqual(self._file(), children)
        self._ship(self.env["res.partner"].create({"name": "White Works"}), 1)
        self.assertEqual(len(self._file()), 3, "only the new customer is filed")

    def test_a_cancelled_one_is_not_filed_again(self):
        children = self._file()
        self._cancel(children[0])
        self.assertEqual(self._file(), children)

    def test_the_database_refuses_a_second_one_for_the_same_customer(self):
        child = self._file()[0]
        with self.assertRaises(UniqueViolation) as refused, mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self._create_complaint().sudo().write({
                "parent_id": self.complaint.id, "contained_partner_key": child.commercial_partner_id.id,
            })
            self.env.flush_all()
        self.assertIn("contained_once", str(refused.exception))

    def test_customers_who_are_merged_keep_both_complaints(self):
        children = self._file()
        self.env["base.partner.merge.automatic.wizard"].create({})._merge((self.green | self.red).ids, self.green)
        self.env.invalidate_all()
        self.assertEqual(children.exists(), children)
        self.assertEqual(children.partner_id, self.green)
        self.assertEqual(self._file(), children.sorted("id", reverse=True)[-1:], "he has one already")

    def test_a_customer_who_complained_himself_is_not_filed_but_joins(self):
        own = self._complain(self.green_picking, 2)
        containment = self._open(self.complaint)
        self.assertEqual(containment.customer_line_ids.filtered(lambda line: line.partner_id == self.green).complaint_id, own)
        children = self._file(containment)
        self.assertEqual(len(children), 2)
        self.assertEqual((own.parent_id, own.line_ids.quantity), (self.complaint, 2))

    def test_an_earlier_complaint_that_is_finished_hinders_nothing(self):
        own = self._cancel_own()
        children = self._file()
        self.assertNotIn(own, children)
        self.assertEqual(children.partner_id, self.green | self.red)

    def _cancel_own(self):
        own = self._complain(self.green_picking, 2)
        self._cancel(own)
        return own

    def test_a_containment_has_one_head(self):
        child = self._file()[0]
        self.assertFalse(child.with_user(self.handler).same_lot_count)
        with self.assertRefused("part of the containment of", self.complaint.name):
            child.with_user(self.handler).action_view_same_lot()
        with self.assertRefused("one of them belongs to another containment", error=ValidationError):
            self._create_complaint().sudo().parent_id = child
        with self.assertRefused("one of them belongs to another containment", error=ValidationError):
            self.complaint.sudo().parent_id = self._create_complaint()

    def test_the_complaint_closes_while_the_others_are_open(self):
        children = self._file()
        self.assertFalse(self.complaint._get_gaps("reply") and any(child.name in "".join(self.complaint._get_gaps("reply")) for child in children))
        for gap in self.complaint._get_gaps("closed"):
            for child in children:
                self.assertNotIn(child.name, gap)

    def test_nothing_is_filed_for_a_finished_complaint(self):
        containment = self._open(self.complaint)
        self._cancel(self.complaint)
        for button in (containment.action_file, containment.action_block_stock, containment.action_write):
            with self.assertRefused("is finished and stays as it is"):
                button()

    def test_the_complaint_shows_told_filed_and_all(self):
        def get_counts():
            self.env.invalidate_all()
            complaint = self.complaint.with_user(self.handler)
            return complaint.same_lot_told_count, complaint.same_lot_filed_count, complaint.same_lot_count

        self.assertEqual(get_counts(), (0, 0, 2))
        containment = self._open(self.complaint)
        containment.customer_line_ids.filtered(lambda line: line.partner_id == self.red).selected = False
        child = self._file(containment)
        self.assertEqual(get_counts(), (0, 1, 2))
        child.with_user(self.handler).message_post(body="Please check", partner_ids=self.green.ids, subtype_xmlid="mail.mt_comment")
        self.assertEqual(get_counts(), (1, 1, 2))
        self._return(self.green_picking)
        self.assertEqual(get_counts(), (1, 1, 2), "who is filed stays in sight")
        self._return(self.red_picking)
        self.assertEqual(get_counts(), (1, 1, 1))

    def test_complaints_of_a_containment_are_found(self):
        children = self._file()
        arch = self.env["quality.complaint"].get_view(view_type="search")["arch"]
        self.assertIn("Part of a Containment", arch)
        found = self.env["quality.complaint"].search(["|", ("parent_id", "!=", False), ("child_ids", "!=", False)])
        self.assertEqual(found & (children | self.complaint), children | self.complaint)
        self.assertNotIn(self._create_complaint(), found)
        action = self.complaint.with_user(self.handler).action_view_children()
        self.assertEqual(self.env["quality.complaint"].search(action["domain"]), children)
        self.assertEqual(self.complaint.same_lot_child_count, 2)

    # ------------------------------------------------------------ own stock
    def test_own_stock_gets_one_action_for_each_lot(self):
        containment = self._open(self.complaint)
        action = containment.action_block_stock()
        capa = self.env["quality.capa"].browse(action["res_id"])
        self.assertEqual((capa.capa_type, capa.complaint_id, capa.lot_id, capa.state), ("containment", self.complaint, self.lot, "draft"))
        self.assertEqual((capa.user_id, capa.team_id), (self.handler, self.team))
        self.assertEqual(capa.name, "Block and sort lot S-1, 63 Units in stock")
        self.assertIn("63 Units, 0 of them reserved", capa.description)
        self.assertEqual(containment.stock_line_ids.capa_id, capa)
        self.assertEqual(containment.action_block_stock()["res_id"], capa.id)
        self.assertEqual(self._open(self.complaint, self.quality_manager).action_block_stock()["res_id"], capa.id)
        self.assertEqual(self.complaint.capa_ids, capa)

    def test_a_second_lot_in_stock_gets_an_action_of_its_own(self):
        capa = self.env["quality.capa"].browse(self._open(self.complaint).action_block_stock()["res_id"])
        other_lot = self._create_lot("S-2", self.saw, 4)
        self.complaint.line_ids = [Command.create({"product_id": self.saw.id, "lot_id": other_lot.id, "quantity": 1})]
        action = self._open(self.complaint).action_block_stock()
        capas = self.env["quality.capa"].search(action["domain"])
        self.assertEqual((capas, capas.lot_id), (self.complaint.capa_ids, self.lot | other_lot))
        self.assertIn(capa, capas)

    def test_more_of_the_lot_gets_another_action_once_the_first_is_over(self):
        capa = self.env["quality.capa"].browse(self._open(self.complaint).action_block_stock()["res_id"])
        capa.with_user(self.handler).action_open()
        self.assertEqual(self._open(self.complaint).action_block_stock()["res_id"], capa.id, "it goes on")
        capa.with_user(self.handler).write({"result": "<p>Blocked</p>"})
        capa.with_user(self.handler).action_done()
        containment = self._open(self.complaint)
        self.assertEqual(containment.stock_line_ids.capa_id, capa)
        second = self.env["quality.capa"].browse(containment.action_block_stock()["res_id"])
        self.assertNotEqual(second, capa)
        second.with_user(self.handler).action_cancel()
        third = self.env["quality.capa"].browse(containment.action_block_stock()["res_id"])
        self.assertNotIn(third, capa | second)
        self.assertEqual(self._open(self.complaint).stock_line_ids.capa_id, third)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            second.sudo().state = "draft"
            self.env.flush_all()

    def test_the_action_starts_before_the_complaint_is_approved(self):
        capa = self.env["quality.capa"].browse(self._open(self.complaint).action_block_stock()["res_id"])
        capa.with_user(self.handler).action_open()
        self.assertEqual(capa.state, "open", "what stops the spread does not wait")

    # ------------------------------------------------------------ mail
    def _write(self, containment):
        """Press the button and send what the composer shows; return the notice and the mails."""
        action = containment.action_write()
        notice = ""
        if action["type"] == "ir.actions.client":
            notice, action = action["params"]["message"], action["params"]["next"]
        before = self.env["mail.message"].search([], order="id desc", limit=1).id
        composer = self.env["mail.compose.message"].with_user(self.handler).with_context(**action["context"]).create({})
        composer._action_send_mail()
        return notice, self.env["mail.message"].search([("id", ">", before), ("message_type", "=", "email_outgoing")])

    def test_each_customer_gets_a_mail_of_his_own_in_his_language(self):
        self.env["res.lang"]._activate_lang("ja_JP")
        template = self.env.ref("quality_complaint.mail_template_same_lot")
        template.with_context(lang="ja_JP").subject = "確認のお願い {{ object.name }}"
        self.red.lang = "ja_JP"
        children = self._file()
        notice, messages = self._write(self._open(self.complaint))
        self.assertFalse(notice)
        self.assertEqual(len(messages), 2)
        for message in messages:
            child = self.env["quality.complaint"].browse(message.res_id)
            self.assertEqual(message.notification_ids.res_partner_id | message.partner_ids, child.partner_id)
            goods = child.with_context(lang=child.partner_id.lang).same_lot_goods
            self.assertEqual(child.with_context(lang="en_US").same_lot_goods, {"Saw": [f"Saw, lot S-1: {child.line_ids.quantity:.0f} Units"]})
            self.assertIn(f"<li>{goods['Saw'][0]}</li>", message.body)
            self.assertIn(child.name, message.body)
            other = (children - child).partner_id
            for secret in (other.name, other.email, self.customer.name, self.complaint.name):
                self.assertNotIn(secret, message.body + message.subject)
        self.assertEqual({message.subject.split()[0] for message in messages}, {"確認のお願い", "Sunrise"})
        self.assertTrue(all(children.mapped("customer_told_on")))
        self.assertFalse(self._open(self.complaint).customer_line_ids.filtered("selected"), "all are told")

    def test_who_complained_himself_is_warned_about_all_that_he_still_has_and_nothing_else(self):
        own = self._complain(self.green_picking, 2)
        own.line_ids = [Command.create({"product_id": self.product.id, "quantity": 3})]
        self._return(self.green_picking, 6)
        _notice, messages = self._write(self._open(self.complaint))
        message = messages.filtered(lambda message: message.res_id == own.id)
        self.assertIn("Saw, lot S-1: 14 Units", message.body)
        self.assertNotIn("Saw, lot S-1: 2 Units", message.body)
        self.assertNotIn("Screwdriver", message.body + message.subject)
        self.assertNotIn("False", message.body)

    def test_a_warning_to_who_has_nothing_left_names_what_the_complaint_names(self):
        child = self._file().filtered(lambda child: child.partner_id == self.green)
        child.line_ids = [Command.create({"product_id": self.product.id, "quantity": 3})]
        self._return(self.green_picking)
        self.env.invalidate_all()
        self.assertEqual(child.same_lot_goods, {"Saw": ["Saw, lot S-1: 20 Units"], "Screwdriver set": ["Screwdriver set: 3 Units"]})

    def test_an_update_mends_the_warning_and_keeps_what_was_written_into_it(self):
        template = self.env.ref("quality_complaint.mail_template_same_lot")
        self.env.flush_all()
        # as it was installed before; core lets nobody save what can't be rendered any more
        self.env.cr.execute("UPDATE mail_template SET subject = %s, body_html = %s WHERE id = %s", [
            Json({"en_US": "Look at {{ ', '.join(object.line_ids.product_id.mapped('name')) }}"}),
            Json({"en_US": '<p>Our words</p><ul><li t-foreach="object.line_ids" t-as="line" t-out="line._get_goods_text()">Drill</li></ul>'}),
            template.id,
        ])
        script = file_path("quality_complaint/migrations/19.0.1.1.0/pre-migrate.py")
        exec_script(self.env.cr, "19.0.1.0.0", script, "quality_complaint", "pre")
        self.env.invalidate_all()
        _notice, messages = self._write(self._open(self.complaint))
        self.assertEqual(set(messages.mapped("subject")), {"Look at Saw"})
        for quantity in (20, 7):
            self.assertIn(f"<p>Our words</p><ul><li>Saw, lot S-1: {quantity} Units</li></ul>", "".join(messages.mapped("body")))

    # ------------------------------------------------------------ another lot
    def _add_lot(self):
        """Another lot turns out to be faulty, of which one of the customers got something too."""
        other_lot = self._create_lot("S-2", self.saw)
        self._ship(self.green, 5, other_lot)
        self.complaint.line_ids = [Command.create({"product_id": self.saw.id, "lot_id": other_lot.id, "quantity": 1, "defect": "Blunt"})]
        return other_lot

    def test_a_lot_that_is_added_joins_the_complaint_and_the_customer_is_told_anew(self):
        self._write(self._open(self.complaint))
        children = self.complaint.child_ids.grouped("partner_id")
        child, told = children[self.green], children[self.red].customer_told_on
        other_lot = self._add_lot()
        containment = self._open(self.complaint)
        rows = {(line.partner_id, line.lot_id): line for line in containment.customer_line_ids}
        self.assertEqual(
            {key: (row.complaint_id, bool(row.customer_told_on), row.selected) for key, row in rows.items() if not row.is_own},
            {
                (self.green, self.lot): (child, True, False), (self.red, self.lot): (children[self.red], True, False),
                (self.green, other_lot): (self.env["quality.complaint"], False, True),
            },
        )
        self._file(containment)
        self.assertEqual(len(self.complaint.child_ids), 2)
        self.assertEqual({(line.lot_id, line.quantity, line.defect) for line in child.line_ids}, {
            (self.lot, 20, "Teeth missing"), (other_lot, 5, "Blunt"),
        })
        self.assertFalse(child.customer_told_on)
        self.assertEqual(children[self.red].customer_told_on, told)
        self.assertIn(f"Added by the containment of {self.complaint.name}: lot S-2", str(child.message_ids.mapped("body")))
        self._file()
        self.assertEqual(len(child.line_ids), 2, "once")

    def test_a_lot_joins_a_complaint_that_names_none_for_the_same_delivery(self):
        own = self._complain(self.green_picking, 20)
        own.line_ids.lot_id = False
        own.sudo().write({"parent_id": self.complaint.id, "contained_partner_key": self.green.id})
        self._file()
        self.assertEqual({(line.lot_id, line.quantity, line.move_id) for line in own.line_ids}, {
            (self.env["stock.lot"], 20, self.green_picking.move_ids), (self.lot, 20, self.env["stock.move"]),
        })

    def test_a_finished_complaint_of_the_containment_stays_as_it_is(self):
        child = self._file().filtered(lambda child: child.partner_id == self.green)
        self._cancel(child)
        self._add_lot()
        self._file()
        self.assertEqual(child.line_ids.lot_id, self.lot)

    def test_the_customers_own_complaint_takes_the_place_of_a_cancelled_one(self):
        child = self._file().filtered(lambda child: child.partner_id == self.green)
        self._cancel(child)
        own = self._complain(self.green_picking, 2)
        self.assertIn(own, self._file())
        self.assertEqual(own.parent_id, self.complaint)

    # ------------------------------------------------------------ elsewhere
    def test_who_is_handled_in_another_containment_is_named(self):
        other_head = self._complain(self._ship(self.env["res.partner"].create({"name": "White Works"}), 4))
        containment = self._open(other_head)
        containment.customer_line_ids.filtered(lambda line: line.partner_id != self.green).selected = False
        containment.action_file()
        notice, messages = self._write(self._open(self.complaint))
        self.assertIn(f"Not written to, because it is handled there already: Green Garden ({other_head.name})", notice)
        self.assertNotIn(other_head.child_ids.id, messages.mapped("res_id"))
        containment = self._open(self.complaint)
        containment.customer_line_ids.filtered(lambda line: line.partner_id != self.green).selected = False
        containment.customer_line_ids.filtered(lambda line: line.partner_id == self.green).selected = True
        with self.assertRefused(f"it is handled there already: Green Garden ({other_head.name})"):
            containment.action_write()

    def test_writing_files_first_and_says_so(self):
        notice, messages = self._write(self._open(self.complaint))
        self.assertEqual(len(self.complaint.child_ids), 2)
        for child in self.complaint.child_ids:
            self.assertIn(child.name, notice)
        self.assertEqual(set(messages.mapped("res_id")), set(self.complaint.child_ids.ids))

    def test_who_has_no_address_is_named(self):
        self.red.email = False
        containment = self._open(self.complaint)
        self.assertEqual(containment.without_email, "Red Roofs")
        notice, messages = self._write(containment)
        self.assertIn("No e-mail address, please call: Red Roofs", notice)
        told = self.complaint.child_ids.filtered("customer_told_on")
        self.assertEqual((len(messages), told.partner_id), (1, self.green))

    def test_nobody_with_an_address_is_refused_and_nothing_is_filed(self):
        (self.green | self.red).email = False
        containment = self._open(self.complaint)
        with self.assertRefused("None of these customers has an e-mail address", "Green Garden", "Red Roofs"):
            containment.action_write()

    def test_a_note_or_a_message_to_others_tells_no_customer(self):
        child = self._file()[0]
        handled = child.with_user(self.handler)
        handled.message_post(body="Called", partner_ids=child.partner_id.ids, subtype_xmlid="mail.mt_note")
        buyer = self.env["res.partner"].create({
            "name": "Buyer", "parent_id": child.partner_id.id, "email": "buyer@elsewhere.example",
        })
        child.message_post(
            body="Do you know of this?", partner_ids=child.partner_id.ids, author_id=buyer.id, message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        handled.message_post(body="Called", partner_ids=self.contact.ids, subtype_xmlid="mail.mt_comment")
        handled.message_post(body="Called", partner_ids=self.seller.partner_id.ids, subtype_xmlid="mail.mt_comment")
        self.assertFalse(child.customer_told_on)
        # a complaint outside of a containment is not told either
        self.complaint.with_user(self.handler).message_post(body="Hello", partner_ids=self.customer.ids, subtype_xmlid="mail.mt_comment")
        self.assertFalse(self.complaint.customer_told_on)
        handled.message_post(body="Please check", partner_ids=child.partner_id.ids, subtype_xmlid="mail.mt_comment")
        self.assertTrue(child.customer_told_on)

    def test_a_message_of_nobody_we_know_tells_no_customer(self):
        child = self._file()[0]
        child.message_post(
            body="Look here", partner_ids=child.partner_id.ids, author_id=False, email_from="who@ever.example", message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertFalse(child.customer_told_on)

    # ------------------------------------------------------------ fields
    def test_what_the_buttons_set_is_nobodys_to_write(self):
        child = self._file()[0]
        for values in ({"parent_id": False}, {"contained_partner_key": 0}, {"customer_told_on": "2026-01-01 10:00:00"}):
            with self.subTest(values), self.assertRaises(AccessError):
                child.with_user(self.quality_manager).write(values)
            with self.subTest(values), self.assertRaises(AccessError):
                self._create_complaint(self.quality_manager, **values)
