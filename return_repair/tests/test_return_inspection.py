import base64

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ReturnCommon

COMPLETE = {"as_announced": "yes", "fault": "confirmed", "usable": "yes"}


@tagged("post_install", "-at_install")
class TestReturnInspection(ReturnCommon):
    """What came is inspected before anything is done about it, and who found what stays on record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_stock(cls.product, 100)
        cls.hammer = cls._create_product("Hammer")
        cls._add_stock(cls.hammer, 100)
        cls.spring = cls._create_product("Spring")
        cls.sold = cls._create_shipped_order((cls.product, 10), (cls.hammer, 10))

    def _bring(self, state="inspection", **values):
        """A return of two products of one order, one for the customer's money and one to be repaired."""
        order = self._create_return(line_ids=[
            self._get_line(resolution="refund"), self._get_line(self.hammer, resolution="repair"),
        ], **values)
        return self._move_return(order, state)

    def _get_missing(self, order):
        with self.assertRaises(UserError) as refusal:
            order.with_user(self.stock_user).action_inspected()
        self.assertEqual(order.state, "inspection")
        return str(refusal.exception)

    # ------------------------------------------------------------ the gate
    def test_all_that_is_missing_is_named_at_once(self):
        order = self._bring()
        missing = self._get_missing(order)
        self.assertIn("Screwdriver set: As Announced, Fault Found, Usable, Disposition", missing)
        self.assertIn("Hammer: As Announced, Fault Found, Usable\n", f"{missing}\n")
        refunded, repaired = order.with_user(self.handler).line_ids
        repaired.write({**COMPLETE, "fault": "other"})
        refunded.write(COMPLETE)
        missing = self._get_missing(order)
        self.assertIn("Screwdriver set: Disposition", missing)
        self.assertIn("Hammer: What Was Found", missing)
        repaired.fault_description = "Handle split along the grain"
        refunded.disposition = "scrap"
        order.with_user(self.handler).action_inspected()
        self.assertEqual((order.state, order.sudo().scrap_ids.scrap_qty), ("processing", 2), "needs no right to scrap")

    def test_what_was_found_goes_with_what_is_done(self):
        order = self._bring()
        self._record_results(order.with_user(self.handler), usable="no")
        refunded, repaired = order.with_user(self.handler).line_ids
        repaired.part_ids = refunded.part_ids = [Command.create({"product_id": self.spring.id})]
        missing = self._get_missing(order)
        self.assertIn("Another disposition of Screwdriver set", missing)
        self.assertIn("A repair or rework of Screwdriver set", missing)
        self.assertNotIn("Hammer", missing)
        refunded.disposition = "rework"
        order.with_user(self.handler).action_inspected()
        self.assertEqual(order.state, "processing")

    def test_sales_is_told_what_was_found(self):
        order, other = self._bring(), self._bring()
        self._record_results(order.with_user(self.handler), fault="other", fault_description="Handle split")
        order.line_ids[1].with_user(self.handler).quantity_accepted = 1
        order.with_user(self.handler).action_inspected()
        notice = self._get_notice(order, "Inspected")
        self.assertEqual(notice.partner_ids, self.rep.partner_id)
        for text in ("Hammer", "Another Fault, Handle split", "Accepted: 1 of 2 Units", "Warranty: ", "The customer gets: Repair", "The customer gets: Refund"):
            self.assertIn(text, notice.body)
        self.assertFalse(self._get_notice(other, "Inspected"))

    def test_what_is_missing_stands_on_the_form(self):
        order = self._bring()
        self.assertIn("Hammer", order.with_user(self.handler).next_gaps)
        self._record_results(order.with_user(self.handler))
        order.invalidate_recordset(["next_gaps"])
        self.assertFalse(order.with_user(self.handler).next_gaps)

    def test_what_did_not_come_is_not_inspected(self):
        order = self._bring("receiving")
        receipt = order.sudo().receipt_ids.with_user(self.stock_user)
        for move in receipt.move_ids:
            move.write({"quantity": 2 if move.product_id == self.hammer else 0, "picked": True})
        receipt.with_context(skip_backorder=True).button_validate()
        order.env.invalidate_all()
        if order.state == "receiving":
            self._say(order.with_user(self.stock_user), "rest", "The rest stays there")
        order.line_ids[1].with_user(self.stock_user).write(COMPLETE)
        order.with_user(self.stock_user).action_inspected()
        self.assertEqual(order.state, "processing")

    def test_what_is_not_accepted_at_all_takes_no_disposition(self):
        order = self._bring()
        order.line_ids.with_user(self.handler).write(COMPLETE)
        order.line_ids[0].with_user(self.handler).quantity_accepted = 0
        order.with_user(self.stock_user).action_inspected()
        self.assertEqual(order.state, "processing")

    # ------------------------------------------------------------ who, and when
    def test_who_completes_the_result_signs_it(self):
        line, other = self._bring().line_ids
        by_handler = line.with_user(self.handler)
        with self.at("2031-05-04 10:00:00"):
            by_handler.write({"as_announced": "no", "fault": "none"})
            self.assertFalse(line.inspected_by_id, "it is not complete")
            by_handler.usable = "yes"
        self.assertEqual((line.inspected_by_id, str(line.inspected_on)), (self.handler, "2031-05-04 10:00:00"))
        self.assertFalse(other.inspected_by_id)
        line.with_user(self.stock_user).quantity_accepted = 1
        self.assertEqual(line.inspected_by_id, self.stock_user, "who changes it has found it")
        line.with_user(self.stock_user).usable = False
        self.assertFalse(line.inspected_on)

    def test_nobody_signs_for_another(self):
        line = self._bring().line_ids[0]
        with self.assertRaises(AccessError):
            line.with_user(self.quality_manager).inspected_by_id = self.handler

    def test_the_responsible_team_and_the_warehouse_inspect_and_nobody_else(self):
        order = self._bring()
        for user in (self.handler, self.quality_manager, self.stock_user):
            with self.subTest(user.name):
                self.assertTrue(order.line_ids[0].with_user(user).can_inspect)
                order.line_ids.with_user(user).write(COMPLETE)
        for user in (self.rep, self.sales_manager):
            with self.subTest(user.name):
                self.assertFalse(order.line_ids[0].with_user(user).can_inspect)
                for values in ({"fault": "none"}, {"quantity_accepted": 1}, {"disposition": "scrap"}, {"photo_ids": [Command.clear()]}):
                    with self.assertRaisesRegex(AccessError, "by the warehouse, or the responsible team"):
                        order.line_ids[0].with_user(user).write(values)
                with self.assertRaisesRegex(AccessError, "inspected by"):
                    self.env["return.needed.part"].with_user(user).create({"line_id": order.line_ids[0].id, "product_id": self.spring.id})
                with self.assertRaisesRegex(UserError, "the warehouse, or the responsible team"):
                    order.with_user(user).action_inspected()

    def test_another_companys_inspector_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        stranger = self._new_user("stranger", "stock.group_stock_user,quality_complaint.group_manager", other)
        with self.assertRaises(AccessError):
            self._bring().line_ids.with_user(stranger).write(COMPLETE)

    def test_the_result_is_recorded_during_the_inspection_only(self):
        for state in ("draft", "receiving", "processing"):
            order = self._create_return() if state == "draft" else self._bring(state)
            for values in ({"fault": "none"}, {"usable": "no"}):
                with self.subTest(state, **values), self.assertRaisesRegex(UserError, "while the goods are inspected"):
                    order.line_ids[:1].with_user(self.quality_manager).write(values)
        with self.assertRaisesRegex(UserError, "while the goods are inspected"):
            order.line_ids[:1].with_user(self.quality_manager).disposition = "scrap"
        with self.assertRaisesRegex(UserError, "while the goods are inspected"):
            self._create_return(line_ids=[self._get_line(fault="none")])

    def test_what_happens_to_the_goods_may_be_proposed_before(self):
        order = self._create_return(line_ids=[self._get_line(disposition="vendor")])
        order.line_ids.disposition = "scrap"
        self.assertEqual(order.line_ids.disposition, "scrap")

    # ------------------------------------------------------------ the window
    def test_the_button_leads_to_what_came(self):
        order = self._bring()
        action = order.with_user(self.stock_user).action_inspect()
        self.assertEqual(self.env["return.order.line"].search(action["domain"]), order.line_ids)
        single = self._move_return(self._create_return(), "inspection").with_user(self.stock_user)
        action = single.action_inspect()
        with Form(single.line_ids, view=action["views"][0][0]) as form:
            form.as_announced, form.fault, form.usable, form.disposition = "yes", "none", "no", "rework"
            with form.part_ids.new() as part:
                part.product_id = self.spring
                part.quantity = 3
        line = single.line_ids
        self.assertEqual((line.part_ids.product_id, line.part_ids.quantity, line.part_ids.repair_line_type), (self.spring, 3, "add"))
        self.assertEqual(line.inspected_by_id, self.stock_user)
        single.action_inspected()
        self.assertEqual(single.state, "processing")

    def test_a_part_is_goods_more_than_none_in_its_own_unit(self):
        line = self._bring().line_ids[1].with_user(self.handler)
        hour = self.env.ref("uom.product_uom_hour")
        service = self.env["product.product"].create({"name": "Advice", "type": "service"})
        for values, text in (
            ({"product_id": service.id}, "Only goods are parts"), ({"product_id": self.spring.id, "product_uom_id": hour.id}, "not counted in that unit"),
        ):
            with self.subTest(text), self.assertRaisesRegex(UserError, text):
                line.part_ids = [Command.create(values)]

    def test_parts_stay_as_they_were_found(self):
        order = self._bring()
        line = order.line_ids[1]
        line.with_user(self.handler).part_ids = [Command.create({"product_id": self.spring.id})]
        self._inspect(order.with_user(self.handler))
        by_manager = line.part_ids.with_user(self.quality_manager)
        for act in (lambda: by_manager.write({"quantity": 2}), by_manager.unlink):
            with self.assertRaisesRegex(UserError, "while the goods are inspected"):
                act()

    def test_who_sees_the_return_sees_its_photos(self):
        line = self._bring().line_ids[1]
        photo = self.env["ir.attachment"].with_user(self.stock_user).create({
            "name": "split.jpg", "datas": base64.b64encode(b"jpg"), "res_model": "return.order.line",
        })
        line.with_user(self.stock_user).photo_ids = [Command.link(photo.id)]
        self.env.invalidate_all()
        self.assertEqual(photo.with_user(self.rep).read(["name"])[0]["name"], "split.jpg")
        with self.assertRaises(AccessError):
            photo.with_user(self.outsider).read(["name"])
