from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.return_repair.models.returns.return_order import STATES
from odoo.addons.return_repair.models.returns.return_order_workflow import TRANSITIONS

from .common import ReturnCommon

LABELS = dict(STATES)


@tagged("post_install", "-at_install")
class TestReturnMoves(ReturnCommon):
    """Which state follows which, what must be there before, and what stays as it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_stock(cls.product, 1000)
        cls._create_shipped_order((cls.product, 500))
        cls.env.flush_all()

    def test_the_normal_way_leads_from_new_to_done(self):
        order, second = self._create_return(), self._create_return()
        for state in ("decision", "approved", "receiving", "inspection", "processing", "done"):
            self.assertEqual(self._move_return(self._create_return(), state).state, state)
        self._move_return(order, "done")
        self.assertTrue(order.date_done)
        self.assertEqual((second.state, second.date_done), ("draft", False))

    def test_what_is_not_in_the_table_is_refused_in_words(self):
        for state, targets in TRANSITIONS.items():
            order = self._move_return(self._create_return(), state) if state != "draft" else self._create_return()
            for target in LABELS.keys() - targets.keys() - {state}:
                with self.subTest(state=state, target=target):
                    with self.assertRaisesRegex(UserError, f"is in state «{LABELS[state]}» and can't go to «{LABELS[target]}»"):
                        order.with_user(self.quality_manager).write({"state": target})
                    self.assertEqual(order.state, state)

    def test_writing_the_state_presses_the_button(self):
        orders = self._create_return() | self._create_return()
        orders.write({"state": "decision"})
        self.assertEqual(set(orders.mapped("rep_verdict")), {"accepted"}, "what submitting does")
        orders.with_user(self.quality_manager).write({"state": "approved"})
        self.assertEqual(set(orders.mapped("state")), {"approved"})
        orders.with_user(self.rep).write({"state": "receiving"})
        self.assertTrue(all(order.answered_on for order in orders))

    def test_writing_another_state_than_new_with_the_record_is_refused(self):
        with self.assertRaises(UserError):
            self._create_return(state="approved")
        order = self.env["return.order"].with_user(self.rep).with_company(self.company).with_context(
            default_state="done", default_manager_verdict="accepted",
        ).create({"partner_id": self.customer.id})
        self.assertEqual((order.state, order.manager_verdict), ("draft", False))

    def test_what_only_buttons_set_is_nobodys_to_write(self):
        order = self._create_return()
        for values in (
            {"manager_verdict": "accepted"}, {"rep_verdict_by_id": self.rep.id}, {"answered_on": "2026-01-01 10:00:00"}, {"name": "R/1"},
            {"company_id": self.company.id}, {"cancel_reason": "No"}, {"date_done": "2026-01-01 10:00:00"},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                order.with_user(self.quality_manager).write(values)
        with self.assertRaises(AccessError):
            self._create_return(manager_verdict="accepted")

    # ------------------------------------------------------------ gates
    def test_all_that_is_missing_is_named_at_once(self):
        order = self._create_return(reason_id=False, line_ids=[], collection="pickup")
        order.pickup_address_id = self.env["res.partner"].create({"name": "Shed", "parent_id": self.customer.id, "type": "other"})
        with self.assertRaises(UserError) as refused:
            order.action_submit()
        for text in ("The products that come back", "The reason", "The responsible team", "Street and city of Blue Workshop, Shed"):
            self.assertIn(text, str(refused.exception))
        self.assertEqual(order.next_gaps.count("\n"), 3, "the form names the same")
        self.assertEqual(order.state, "draft")

    def test_one_of_many_that_is_not_complete_stops_all(self):
        complete, incomplete = self._create_return(), self._create_return(reason_id=False)
        with self.assertRaisesRegex(UserError, incomplete.name):
            (complete | incomplete).action_submit()
        self.assertEqual(set((complete | incomplete).mapped("state")), {"draft"})

    def test_a_team_that_nobody_leads_decides_nothing(self):
        self.team.leader_id = False
        order = self._create_return()
        with self.assertRaisesRegex(UserError, "A leader of team «Quality»"):
            order.action_submit()

    def test_accepting_takes_what_the_customer_gets_for_each_product(self):
        order = self._create_return(line_ids=[self._get_line(), self._get_line(resolution=False)])
        order.action_submit()
        self.assertFalse(order.rep_verdict, "what is not said was not decided")
        with self.assertRaisesRegex(UserError, "What the customer gets for Screwdriver set"):
            order.with_user(self.quality_manager).action_accept()
        order.line_ids.resolution = "reject"
        with self.assertRaisesRegex(UserError, "where none is, refuse the return"):
            order.with_user(self.quality_manager).action_accept()

    def test_an_exchange_proposes_the_same_and_takes_another(self):
        order = self._create_return(line_ids=[self._get_line(resolution="exchange")])
        line = order.line_ids
        self.assertEqual((line.exchange_product_id, line.exchange_quantity), (self.product, 2))
        other = self._create_product("Screwdriver set, metric")
        line.write({"exchange_product_id": other.id, "exchange_quantity": 3})
        line.quantity = 1
        self.assertEqual((line.exchange_product_id, line.exchange_quantity), (other, 3), "what was chosen stays")
        with self.assertRaisesRegex(UserError, "how many does the customer get"):
            line.exchange_quantity = 0
        line.resolution = "refund"
        self.assertFalse(line.exchange_product_id)

    # ------------------------------------------------------------ collection
    def test_a_pickup_takes_a_street_and_other_ways_do_not(self):
        self.customer.write({"street": False, "city": False})
        for collection in ("brought_in", "courier"):
            order = self._create_return(collection=collection)
            order.action_submit()
            self.assertEqual(order.state, "decision")
        for collection in ("pickup", "home_pickup"):
            order = self._create_return(collection=collection)
            with self.assertRaisesRegex(UserError, "without an address the goods can't be picked up"):
                order.action_submit()
            order.pickup_address_id.sudo().write({"street": "2 Mill Lane", "city": "Brighton"})
            order.action_submit()
            self.customer.write({"street": False, "city": False})

    def test_the_address_is_proposed_where_we_go_and_only_there(self):
        order = self._create_return()
        self.assertFalse(order.pickup_address_id)
        order.collection = "home_pickup"
        self.assertEqual(order.pickup_address_id, self.contact)
        order.collection = "courier"
        self.assertFalse(order.pickup_address_id)

    def test_a_pickup_is_told_with_its_time_which_lies_ahead(self):
        with self.at("2026-05-04 10:00:00"):
            order = self._move_return(self._create_return(collection="home_pickup"), "approved")
            with self.assertRaisesRegex(UserError, "When the goods are picked up"):
                order.with_user(self.rep).action_tell()
            order.pickup_date = "2026-05-04 09:00:00"
            with self.assertRaisesRegex(UserError, "that lies ahead"):
                order.with_user(self.rep).action_tell()
            order.pickup_date = "2026-05-05 09:00:00"
            order.with_user(self.rep).action_tell()
        self.assertEqual(order.state, "receiving")

    # ------------------------------------------------------------ finished, cancelled, reopened
    def test_a_finished_return_stays_as_it_is(self):
        for state in ("done", "cancel"):
            order = self._move_return(self._create_return(), state).with_user(self.quality_manager)
            for act in (
                lambda order: order.write({"reason_id": False}), lambda order: order.line_ids.write({"note": "No"}),
                lambda order: order.write({"line_ids": [self._get_line()]}), lambda order: order.line_ids.unlink(),
            ):
                with self.assertRaisesRegex(UserError, "is finished and stays as it is"):
                    act(order)
            order.message_post(body="All the same")
            with Form(order) as form, self.assertRaises(AssertionError):
                form.reason_id = self.env["return.reason"]

    def test_cancelling_keeps_number_and_reason_and_ends_the_steps(self):
        order, second = self._create_return(), self._create_return()
        (order | second).action_submit()
        self._say(order.with_user(self.quality_manager), "cancel", "Keeps them")
        self.assertEqual((order.state, order.cancel_reason), ("cancel", "Keeps them"))
        self.assertFalse(order.activity_ids or order.milestone_ids)
        self.assertTrue(second.activity_ids and second.milestone_ids)

    def test_cancelling_without_a_reason_is_refused(self):
        order = self._create_return()
        with self.assertRaisesRegex(UserError, "The reason it is cancelled"):
            order.state = "cancel"

    def test_goods_that_are_here_are_not_cancelled_away(self):
        order = self._move_return(self._create_return(), "inspection")
        with self.assertRaises(UserError):
            self._say(order.with_user(self.quality_manager), "cancel", "Oops")
        self.assertFalse(order.cancel_reason)

    def test_a_reopened_return_goes_on_where_it_can(self):
        cancelled = self._move_return(self._create_return(), "cancel")
        done = self._move_return(self._create_return(), "done")
        refused = self._create_return()
        refused.action_submit()
        self._say(refused.with_user(self.quality_manager), "refuse", "Worn out")
        refused.with_user(self.rep).action_tell()
        with self.at("2030-05-06 10:00:00"):
            (cancelled | done | refused).with_user(self.quality_manager).action_reopen()
        self.assertEqual((cancelled | done | refused).mapped("state"), ["draft", "processing", "decision"])
        self.assertFalse(refused.verdict or refused.refusal_reason or refused.answered_on or cancelled.cancel_reason)
        self.assertEqual(done.verdict, "accepted")
        for order in (cancelled, refused):
            self.assertEqual(str(order.date_deadline), "2030-05-08 17:00:00", "its time counts anew")
        self.assertFalse(done.date_deadline)

    def test_a_running_return_is_not_reopened_and_reopening_is_the_leaders(self):
        order = self._create_return()
        with self.assertRaisesRegex(UserError, "there is nothing to reopen"):
            order.action_reopen()
        self._move_return(order, "cancel")
        with self.assertRaisesRegex(UserError, "the leader of the responsible team"):
            order.with_user(self.rep).action_reopen()
        self.assertFalse(order.with_user(self.rep).can_reopen)
        self.assertTrue(order.with_user(self.quality_manager).can_reopen)

    def test_nobody_deletes_a_return(self):
        order = self._create_return()
        with self.assertRaises(AccessError):
            order.with_user(self.complaint_admin).unlink()
        with self.assertRaisesRegex(UserError, "The register keeps every return"):
            order.sudo().unlink()

    # ------------------------------------------------------------ numbers
    def test_numbers_follow_each_other_without_gaps_per_company_and_year(self):
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        Return = self.env["return.order"].with_company(self.company)
        values = {"partner_id": self.customer.id, "user_id": self.env.uid, "line_ids": []}
        with self.at("2031-12-31 12:00:00"):
            self.assertEqual(Return.create({**values, "user_id": self.rep.id}).name, "R/2031/00001")
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self._create_return(line_ids=[self._get_line(quantity=0)])
            both = Return.create([
                {**values, "user_id": self.rep.id}, {**values, "company_id": other.id}, {**values, "user_id": self.rep.id},
            ])
            self.assertEqual(both.mapped("name"), ["R/2031/00002", "R/2031/00001", "R/2031/00003"])
        with self.at("2032-01-01 12:00:00"):
            self.assertEqual(Return.create({**values, "user_id": self.rep.id}).name, "R/2032/00001")

    def test_a_company_that_was_there_before_gets_its_numbers(self):
        self.company.return_sequence_id = False
        self.env["res.company"]._create_missing_return_sequences()
        self.assertTrue(self._create_return().name.endswith("/00001"))

    # ------------------------------------------------------------ what was accepted
    def test_what_was_accepted_is_changed_by_the_leader_only(self):
        order = self._move_return(self._create_return(), "approved")
        by_rep = order.with_user(self.rep)
        for act in (
            lambda: by_rep.line_ids.write({"quantity": 3}), lambda: by_rep.line_ids.write({"resolution": "repair"}),
            lambda: by_rep.write({"line_ids": [self._get_line()]}), lambda: by_rep.line_ids.unlink(),
            lambda: by_rep.write({"collection": "brought_in"}), lambda: by_rep.write({"partner_id": self.contact.id}),
        ):
            with self.assertRaisesRegex(UserError, "by the leader of the responsible team only"):
                act()
        by_rep.line_ids.note = "One more scratch"
        order.with_user(self.quality_manager).line_ids.quantity = 3
        self.assertEqual(order.state, "approved")

    def test_the_right_lines_stay_with_their_return(self):
        order = self._create_return(line_ids=[self._get_line(), self._get_line(quantity=1)])
        other = self._create_return()
        order.line_ids[1].resolution = "exchange"
        self.assertEqual(order.line_ids.mapped("resolution"), ["refund", "exchange"])
        self.assertEqual(other.line_ids.resolution, "refund")

    def test_a_sales_representative_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        stranger = self._new_user("stranger", "sales_team.group_sale_salesman", other)
        with self.assertRaisesRegex(UserError, "may not work in Sunrise Tools"):
            self._create_return(user_id=stranger.id)

    def test_lines_of_another_return_are_not_changed_by_the_back_door(self):
        mine = self._create_return(self.other_rep, user_id=self.other_rep.id, line_ids=[])
        with self.assertRaises(AccessError):
            mine.write({"line_ids": [Command.link(self._create_return().line_ids.id)]})
