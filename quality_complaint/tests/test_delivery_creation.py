from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .delivery_common import SHIPPED, DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliveryCreation(DeliveryCommon):
    """Each delivery that leaves to a customer is followed up, once; nothing else is."""

    # ------------------------------------------------------------ when
    def test_a_delivery_that_leaves_is_followed_up_by_the_orders_rep(self):
        with self.at(SHIPPED):
            picking = self._ship(self._create_order())
        followup = self._get_followup(picking)
        self.assertEqual(
            (followup.user_id, followup.partner_id, followup.sale_order_id, followup.company_id),
            (self.rep, self.customer, picking.sale_id, self.company),
        )
        self.assertEqual((followup.state, followup.name), ("open", picking.name))
        self.assertEqual(followup.date_shipped, self._to_datetime(SHIPPED))
        self.assertEqual(followup.check_ids.mapped("name"), ["Arrived on time", "Packaging undamaged"])
        self.assertEqual(followup.check_ids.mapped("answer"), [False, False])
        self.assertIn("Screwdriver set", followup.goods)

    def test_it_is_due_three_working_days_after_it_left(self):
        for shipped, due in (
            ("2031-03-03 10:00:00", "2031-03-06 17:00:00"),  # Monday: Thursday
            ("2031-03-06 16:00:00", "2031-03-11 17:00:00"),  # Thursday: over the weekend
            ("2031-03-08 10:00:00", "2031-03-12 17:00:00"),  # Saturday
        ):
            with self.subTest(shipped), self.at(shipped):
                self.assertEqual(self._ship_new().date_deadline, self._to_datetime(due))
        self.company.delivery_followup_days = 1
        with self.at(SHIPPED):
            self.assertEqual(self._ship_new().date_deadline, self._to_datetime("2031-03-04 17:00:00"))

    def test_a_day_at_least_is_left_to_ask(self):
        self.company.delivery_followup_days = 1
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(CheckViolation, "delivery_followup_days_positive"):
            self.company.delivery_followup_days = 0
            self.env.flush_all()

    def test_the_warehouse_ships_without_a_right_to_follow_up(self):
        followup = self._ship_new()
        self.assertEqual(followup.create_uid, self.stock_user)
        self.assertFalse(followup.with_user(self.stock_user).has_access("write"))

    def test_it_does_not_matter_who_or_what_validates(self):
        shipper = self._new_user("shipper", "stock.group_stock_manager")
        for ship in (
            lambda picking: picking.sudo().button_validate(),
            lambda picking: picking.with_user(shipper).with_context(default_state="cancel", default_channel="fax", mail_create_nolog=True).button_validate(),
            lambda picking: picking.sudo()._action_done(),
        ):
            picking = self._create_order().picking_ids
            picking.move_ids.picked = True
            ship(picking)
            followup = self._get_followup(picking)
            self.assertEqual((len(followup), followup.state, followup.channel), (1, "open", "phone"))

    def test_each_part_of_an_order_is_followed_up_by_itself(self):
        order = self._create_order((self.product, 10))
        first = self._ship(order, {self.product: 4})
        self.assertEqual(len(order.picking_ids), 2)
        self.assertEqual(len(self._get_followup(order.picking_ids)), 1)
        second = self._ship(order)
        self.assertEqual(self._get_followup(order.picking_ids).picking_id, first | second)

    def test_a_delivery_is_followed_up_once_however_often_it_is_asked(self):
        followup = self._ship_new()
        picking = followup.picking_id
        self.assertFalse(self.env["delivery.followup"]._create_for(picking | picking))
        picking.date_done = fields.Datetime.subtract(picking.date_done, days=2)
        picking._follow_up_deliveries()
        self.assertEqual(self._get_followup(picking), followup)
        self.assertEqual(followup.date_shipped, picking.date_done)
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(UniqueViolation, "delivery_followup_delivery_once"):
            followup.copy()

    def test_only_the_last_of_several_steps_is_followed_up(self):
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        warehouse.delivery_steps = "pick_ship"
        order = self._create_order()
        pick = order.picking_ids
        self._ship(order)
        self.assertEqual(pick.state, "done")
        self.assertFalse(self._get_followup(order.picking_ids))
        self._ship(order)
        self.assertEqual(self._get_followup(order.picking_ids).picking_id, order.picking_ids - pick)

    def test_what_does_not_go_to_a_customer_is_not_followed_up(self):
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        other = self.env["stock.warehouse"].create({"name": "Branch", "code": "BRA", "company_id": self.company.id})
        transit = self.company.internal_transit_location_id
        partner = self.customer.with_company(self.company)
        supplier, customers = partner.property_stock_supplier, partner.property_stock_customer
        for picking_type, source, target in (
            (warehouse.in_type_id, supplier, warehouse.lot_stock_id),
            (warehouse.int_type_id, warehouse.lot_stock_id, other.lot_stock_id),
            (warehouse.out_type_id, warehouse.lot_stock_id, transit),  # to the branch
            (warehouse.out_type_id, warehouse.lot_stock_id, supplier),  # back to the supplier
            (warehouse.in_type_id, customers, warehouse.lot_stock_id),
        ):
            with self.subTest(picking_type.code, target=target.name):
                picking = self._move(picking_type, source, target)
                self.assertEqual(picking.state, "done")
                self.assertFalse(self._get_followup(picking))
        # without an order it is a delivery all the same
        picking = self._move(warehouse.out_type_id, warehouse.lot_stock_id, customers)
        self.assertEqual(self._get_followup(picking).partner_id, self.customer)
        self.assertFalse(self._get_followup(self._move(warehouse.out_type_id, warehouse.lot_stock_id, customers, partner=False)))

    def _move(self, picking_type, source, target, partner=True):
        picking = self.env["stock.picking"].create({
            "picking_type_id": picking_type.id, "location_id": source.id, "location_dest_id": target.id,
            "partner_id": self.contact.id if partner else False,
            "move_ids": [Command.create({
                "product_id": self.product.id, "product_uom_qty": 2, "location_id": source.id, "location_dest_id": target.id,
                "company_id": self.company.id,
            })],
        })
        picking.action_confirm()
        picking.move_ids.write({"quantity": 2, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        return picking

    def test_what_a_return_brings_again_is_a_delivery_and_the_return_is_none(self):
        followup = self._ship_new((self.product, 10))
        returned = self._return(followup.picking_id, 3)
        self.assertFalse(self._get_followup(returned))
        again = self._return(returned, 3)
        self.assertEqual(self._get_followup(again).partner_id, self.customer)

    def test_a_company_changes_which_deliveries_are_followed_up(self):
        rule = self.env.ref("quality_complaint.automation_delivery_left")
        rule.filter_domain = f"{rule.filter_domain[:-1]}, ('partner_id', '!=', {self.contact.id})]"
        self.assertFalse(self._ship_new(customer=self.contact))
        self.assertTrue(self._ship_new())
        rule.active = False
        self.assertFalse(self._ship_new())

    # ------------------------------------------------------------ not at all
    def test_a_customer_who_is_not_to_be_asked_is_not_asked(self):
        self.customer.delivery_followup_off = True
        for customer in (self.customer, self.contact):
            self.assertFalse(self._ship_new(customer=customer))
        self.customer.delivery_followup_off = False
        self.assertTrue(self._ship_new())

    def test_deliveries_of_a_carrier_are_left_out(self):
        own, parcel = self._create_carrier("Own truck"), self._create_carrier("Parcel")
        parcel.delivery_followup_off = True
        for carrier, expected in ((own, 1), (parcel, 0)):
            with self.subTest(carrier.name):
                order = self._create_order()
                order.picking_ids.carrier_id = carrier
                self.assertEqual(len(self._get_followup(self._ship(order))), expected)

    def _create_carrier(self, name):
        product = self.env["product.product"].create({"name": name, "type": "service"})
        return self.env["delivery.carrier"].create({"name": name, "product_id": product.id, "company_id": self.company.id})

    def test_a_company_that_does_not_follow_up_has_none(self):
        self.company.delivery_followup = False
        self.assertFalse(self._ship_new())

    def test_without_points_there_is_nothing_to_ask(self):
        (self.on_time | self.packaging).active = False
        self.assertFalse(self._ship_new())

    # ------------------------------------------------------------ who asks
    def test_somebody_asks_whatever_is_missing(self):
        leader = self._new_user("leader", "sales_team.group_sale_salesman")
        sales_team = self.env["crm.team"].create({"name": "North", "user_id": leader.id, "company_id": self.company.id})
        named = self._new_user("named", "quality_complaint.group_reporter")
        self.company.delivery_followup_user_id = named
        self.customer.user_id = self.other_rep
        self.assertEqual(self._ship_new(team_id=sales_team.id).user_id, self.rep, "the order's")
        self.assertEqual(self._ship_new(user_id=False, team_id=sales_team.id).user_id, self.other_rep, "the customer's")
        self.customer.user_id = False
        followup = self._ship_new(user_id=False, team_id=sales_team.id)
        self.assertEqual((followup.user_id, followup.sales_team_id), (leader, sales_team), "the team's leader")
        self.assertEqual(self._ship_new(user_id=False, team_id=False).user_id, named, "who is named in the settings")
        self.company.delivery_followup_user_id = False
        owner = self._ship_new(user_id=False, team_id=False).user_id
        self.assertTrue(owner.has_group("sales_team.group_sale_manager"))
        self.assertIn(self.company, owner.company_ids)

    def test_who_has_left_or_works_elsewhere_is_passed_over(self):
        other_company = self.env["res.company"].create({"name": "Moonlight Tools"})
        elsewhere = self._new_user("elsewhere", "sales_team.group_sale_salesman", other_company)
        order = self._create_order()
        order.sudo().user_id = elsewhere
        self.customer.user_id = self.other_rep
        self.assertEqual(self._get_followup(self._ship(order)).user_id, self.other_rep)
        order = self._create_order()
        self.rep.active = False
        self.assertEqual(self._get_followup(self._ship(order)).user_id, self.other_rep)

    def test_it_is_one_activity_of_who_asks_and_no_mail(self):
        order = self._create_order()
        before = self.env["mail.mail"].sudo().search_count([])
        with self.at(SHIPPED):
            followup = self._get_followup(self._ship(order))
        activity = self._get_activity(followup)
        self.assertEqual((len(activity), activity.user_id, str(activity.date_deadline)), (1, self.rep, "2031-03-06"))
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), before)

    # ------------------------------------------------------------ what is asked
    def test_the_points_are_those_of_the_delivery(self):
        parcel = self._create_carrier("Parcel")
        tag = self.env["res.partner.category"].create({"name": "Key account"})
        tools = self.env["product.category"].create({"name": "Tools"})
        hand_tools = self.env["product.category"].create({"name": "Hand tools", "parent_id": tools.id})
        saw = self._create_product("Saw", categ_id=hand_tools.id)
        self._add_stock(saw, 100)
        stranger = self.env["res.partner"].create({"name": "Green Garage", "is_company": True})
        self.env["delivery.followup.point"].create([
            {"name": "Parcel intact", "company_id": self.company.id, "carrier_ids": [Command.set(parcel.ids)]},
            {"name": "Rang twice", "partner_ids": [Command.set(stranger.ids)]},
            {"name": "Invited the manager", "partner_category_ids": [Command.set(tag.ids)]},
            {"name": "Oiled", "product_categ_ids": [Command.set(tools.ids)]},
            {
                "name": "Saw in a parcel", "company_id": self.company.id,
                "product_categ_ids": [Command.set(tools.ids)], "carrier_ids": [Command.set(parcel.ids)],
            },
            {"name": "Theirs", "company_id": self.env["res.company"].create({"name": "Moonlight Tools"}).id},
        ])

        def get_extra(product, customer, carrier=False):
            order = self._create_order(product, customer=customer)
            order.picking_ids.carrier_id = carrier
            return set(self._get_followup(self._ship(order)).check_ids.mapped("name")) - {"Arrived on time", "Packaging undamaged"}

        self.assertEqual(get_extra(self.product, self.contact), set())
        self.assertEqual(get_extra(self.product, self.contact, parcel), {"Parcel intact"})
        self.assertEqual(get_extra(self.product, stranger), {"Rang twice"})
        self.assertEqual(get_extra(saw, self.contact), {"Oiled"})
        self.assertEqual(get_extra(saw, self.contact, parcel), {"Oiled", "Parcel intact", "Saw in a parcel"})
        self.customer.category_id = tag
        self.assertEqual(get_extra(self.product, self.contact), {"Invited the manager"}, "the customer has the tag, his contact not")

    def test_a_list_stays_as_it_was_when_the_delivery_left(self):
        followup = self._ship_new()
        self.packaging.write({"name": "Box whole", "kind": "other", "help": "Look", "photo_required": True})
        self.on_time.active = False
        check = self._get_check(followup, self.packaging)
        self.assertEqual((check.name, check.kind, check.help, check.photo_required), ("Packaging undamaged", "packaging", "Boxes, pallets", False))
        self.assertEqual(len(followup.check_ids), 2)
        self.assertEqual(self._ship_new().check_ids.mapped("name"), ["Box whole"])

    def test_the_questions_are_in_the_language_of_who_asks(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.packaging.with_context(lang="fr_FR").name = "Emballage intact"
        self.rep.lang = "fr_FR"
        self.assertIn("Emballage intact", self._ship_new().check_ids.mapped("name"))
        self.assertIn("Packaging undamaged", self._ship_new(user_id=self.other_rep.id).check_ids.mapped("name"))

    def test_a_point_is_set_up_by_the_administrator(self):
        Point = self.env["delivery.followup.point"].with_user(self.complaint_admin)
        with Form(Point) as form:
            form.name = "Driver was friendly"
            form.kind = "other"
        self.assertIn("Driver was friendly", self._ship_new().check_ids.mapped("name"))
        with self.assertRaises(AccessError):
            self.packaging.with_user(self.sales_manager).name = "Anything"

    # ------------------------------------------------------------ catching up
    def test_deliveries_from_before_are_followed_up_by_hand(self):
        rule = self.env.ref("quality_complaint.automation_delivery_left")
        rule.active = False
        with self.at("2031-01-06 10:00:00"):
            pickings = self._ship(self._create_order()) | self._ship(self._create_order())
        rule.active = True
        self.assertFalse(self._get_followup(pickings), "nothing floods anybody")
        waiting = self._create_order().picking_ids
        with self.at(SHIPPED):
            action = (pickings | waiting).with_user(self.stock_user).action_create_delivery_followups()
            (pickings | waiting).with_user(self.stock_user).action_create_delivery_followups()
        followups = self._get_followup(pickings | waiting)
        self.assertEqual(followups.picking_id, pickings)
        self.assertEqual(set(followups.mapped("date_deadline")), {self._to_datetime("2031-03-06 17:00:00")}, "from now on, not from then")
        self.assertEqual(self.env["delivery.followup"].search(action["params"]["next"]["domain"]), followups)
        self.assertIn(f"{waiting.name} has not brought anything to a customer", action["params"]["message"])
        with self.assertRefused(f"{waiting.name} has not brought anything to a customer"):
            waiting.with_user(self.stock_user).action_create_delivery_followups()

    def test_a_refusal_says_why(self):
        rule = self.env.ref("quality_complaint.automation_delivery_left")
        rule.active = False
        picking = self._ship(self._create_order())
        picking.carrier_id = self._create_carrier("Parcel")
        steps = (
            ("Blue Workshop is not to be asked", self.customer, "delivery_followup_off", True, False),
            ("deliveries of Parcel are not followed up", picking.carrier_id, "delivery_followup_off", True, False),
            ("Sunrise Tools does not follow up deliveries", self.company, "delivery_followup", False, True),
            ("no check point is for it", self.on_time | self.packaging, "active", False, True),
        )
        for text, records, name, value, back in steps:
            with self.subTest(text):
                records.write({name: value})
                with self.assertRefused(text):
                    picking.action_create_delivery_followups()
                records.write({name: back})
        picking.action_create_delivery_followups()
        self.assertEqual(len(self._get_followup(picking)), 1)

    # ------------------------------------------------------------ came back
    def test_what_came_back_as_a_whole_is_not_asked_about(self):
        followup, other = self._ship_new((self.product, 10)), self._ship_new((self.product, 10))
        self._return(followup.picking_id, 4)
        self.assertEqual(followup.state, "open", "six are still there")
        back = self._return(followup.picking_id, 6)
        self.assertEqual((followup.state, followup.cancel_reason), ("cancel", "returned"))
        self.assertIn(back.name, followup.message_ids[0].body)
        self.assertFalse(self._get_activity(followup))
        self.assertEqual(other.state, "open")

    def test_what_was_answered_stays_when_the_goods_come_back(self):
        answered, bad = self._ship_new(), self._ship_new()
        answered.with_user(self.rep).action_all_ok()
        self._mark_bad(bad)
        self._return(answered.picking_id)
        self._return(bad.picking_id)
        self.assertEqual((answered.state, bad.state), ("done", "open"), "what was not OK still wants its complaint")

    # ------------------------------------------------------------ handing over
    def test_whom_it_is_handed_to_has_it_among_his_activities(self):
        followup, other = self._ship_new(), self._ship_new()
        followup.with_user(self.rep).user_id = self.other_rep
        self.assertEqual(self._get_activity(followup).user_id, self.other_rep)
        self.assertEqual(self._get_activity(other).user_id, self.rep)
        for stranger in (self.worker, self.env.ref("base.public_user")):
            with self.subTest(stranger.name), self.assertRefused("Choose somebody else", error=ValidationError):
                other.with_user(self.rep).user_id = stranger

    def test_what_somebody_leaves_behind_is_asked_by_another(self):
        followup, done = self._ship_new(), self._ship_new()
        done.with_user(self.rep).action_all_ok()
        self.customer.user_id = self.other_rep
        self.rep.active = False
        self.assertEqual((followup.user_id, self._get_activity(followup).user_id), (self.other_rep, self.other_rep))
        self.assertEqual(done.user_id, self.rep, "what he did is his")
