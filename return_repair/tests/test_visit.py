from contextlib import closing

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ReturnCommon

OPERATIONS = ("read", "write", "create", "unlink")


class VisitCommon(ReturnCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_stock(cls.product, 100)
        cls._create_shipped_order((cls.product, 50))
        cls.colleague = cls._new_user("colleague", "stock.group_stock_user")
        cls.order = cls._move_return(cls._create_return(), "processing")
        cls.env.flush_all()

    @classmethod
    def _plan(cls, user=None, order=None, **values):
        """A visit that the representative plans for the return: the stock user goes."""
        visit = cls.env["return.visit"].with_user(user or cls.rep).with_company(cls.company).create({
            "return_id": (order or cls.order).id, "user_id": cls.stock_user.id, "visit_start": "2030-05-06 09:00:00", "visit_duration": 2, **values,
        })
        cls.env.flush_all()
        return visit


@tagged("post_install", "-at_install")
class TestVisit(VisitCommon):
    """Who goes to the customer's, when and where; the return waits for it."""

    def test_it_takes_over_customer_address_and_company(self):
        visit = self._plan()
        self.assertEqual((visit.partner_id, visit.address_id, visit.company_id), (self.customer, self.contact, self.company))
        self.assertEqual((visit.city, visit.zip, str(visit.visit_stop), str(visit.visit_day)), ("Brighton", "BN1", "2030-05-06 11:00:00", "2030-05-06"))
        self.assertEqual(visit.phone, self.order.partner_phone)

    def test_the_day_is_the_companys(self):
        self.company.resource_calendar_id.tz = "Asia/Tokyo"
        self.assertEqual(str(self._plan(visit_start="2030-05-06 15:00:00").visit_day), "2030-05-07")

    def test_the_button_fills_in_the_form(self):
        with self.at("2026-05-06 10:00:00"):
            form = self._open_action(self.rep, self.order.with_user(self.rep).action_plan_visit())
            self.assertEqual((form.partner_id, form.visit_start.strftime("%Y-%m-%d %H:%M")), (self.customer, "2026-05-07 09:00"))
            form.user_id = self.stock_user
            visit = form.save()
        self.assertEqual(visit.return_id, self.order)
        self.assertEqual(self.order.visit_count, 1)
        self.assertEqual(self.env["return.visit"].search(self.order.action_view_visits()["domain"]), visit)

    def test_the_list_goes_by_day_and_place(self):
        places = self.env["res.partner"].create([
            {"name": f"Site {code}", "parent_id": self.customer.id, "type": "delivery", "zip": code, "city": city, "street": street}
            for code, city, street in (("20", "B", "2 High Street"), ("10", "A", "1 Low Street"), ("10", "A", "0 Low Street"))
        ])
        next_day = self._plan(visit_start="2030-05-07 08:00:00", address_id=places[1].id)
        of_day = [self._plan(visit_start=f"2030-05-06 {8 + index:02}:00:00", address_id=place.id) for index, place in enumerate(places)]
        found = self.env["return.visit"].with_user(self.stock_user).search([("user_id", "=", self.stock_user.id)])
        self.assertEqual(found.ids, [of_day[2].id, of_day[1].id, of_day[0].id, next_day.id])

    def test_the_return_waits_for_its_visits(self):
        first, second = self._plan(), self._plan(visit_start="2030-05-07 09:00:00")
        by_leader = self.order.with_user(self.quality_manager)
        with self.assertRaisesRegex(UserError, "2030-05-06, which is neither done nor cancelled"):
            by_leader.action_done()
        first.with_user(self.stock_user).write({"result": "Bearing changed", "state": "done"})
        with self.assertRaisesRegex(UserError, "2030-05-07, which"):
            by_leader.action_done()
        second.action_cancel()
        self.env.invalidate_all()
        by_leader.action_done()
        self.assertEqual(self.order.state, "done")

    def test_done_says_what_was_done(self):
        visits = self._plan() | self._plan()
        for result in (False, "  "):
            visits[1].result = result
            visits[0].result = "Bearing changed"
            with self.assertRaisesRegex(UserError, "What was found and done"):
                visits.with_user(self.stock_user).action_done()
            self.assertEqual(visits.mapped("state"), ["planned", "planned"], "all or none")
        visits.result = "Bearing changed"
        visits.with_user(self.stock_user).action_done()
        with self.assertRaisesRegex(UserError, "finished and stays as it is"):
            visits[0].with_user(self.stock_user).parts_note = "Another bearing"
        visits[0].with_user(self.stock_user).action_reopen()
        self.assertEqual(visits.mapped("state"), ["planned", "done"])

    def test_a_cancelled_return_calls_its_visits_off(self):
        order = self._move_return(self._create_return(), "receiving")
        visit = self._plan(order=order)
        self._say(order.with_user(self.quality_manager), "cancel", "Keeps them")
        self.assertEqual(visit.state, "cancel")
        self.assertFalse(visit.sudo().event_id.active)
        with self.assertRaisesRegex(UserError, "A return that is not finished"):
            visit.action_reopen()

    def test_a_complaint_waits_too_and_takes_them_along(self):
        complaint = self._move_to(self._create_complaint(), "investigation")
        visit = self._plan(return_id=False, complaint_id=complaint.id)
        self.assertEqual((visit.partner_id, complaint.repair_visit_count), (self.customer, 1))
        with self.assertRaisesRegex(UserError, "neither done nor cancelled"):
            self._resolve(complaint)
        self._cancel(complaint)
        self.assertEqual(visit.state, "cancel")

    def _resolve(self, complaint):
        handled = complaint.with_user(self.handler)
        handled.write({"handling_opinion": "Replace", "analysis": "Rain"})
        handled.demand_ids.write({"answer": "New ones", "outcome": "granted"})
        handled.action_resolve()

    def test_it_is_for_something_that_is_handled_now(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            self._plan(return_id=False)
        finished = self._move_return(self._create_return(), "cancel")
        with self.assertRaisesRegex(UserError, "A return that is not finished"):
            self._plan(order=finished)
        with self.assertRaisesRegex(UserError, "A return that is accepted"):
            self._plan(order=self._create_return())
        with self.assertRaisesRegex(UserError, "A complaint that is approved and not finished"):
            self._plan(return_id=False, complaint_id=self._create_complaint().id)
        with self.assertRaises(AccessError):
            self._plan(self.other_rep)

    def test_nonsense_is_refused(self):
        for duration in (0, -1):
            with self.assertRaises(CheckViolation), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self._plan(visit_duration=duration)
        stranger = self.env["res.partner"].create({"name": "Green Workshop"})
        with self.assertRaisesRegex(ValidationError, "does not belong to"):
            self._plan(address_id=stranger.id)
        outsider = self._new_user("elsewhere", "stock.group_stock_user", company=self.env["res.company"].create({"name": "Moonlight Tools"}))
        for values in ({"user_id": outsider.id}, {"participant_ids": [Command.set(outsider.ids)]}):
            with self.assertRaisesRegex(ValidationError, "don't work in"):
                self._plan(**values)
        visit = self._plan()
        with self.assertRaises(AccessError):
            visit.return_id = self._create_return().id
        with self.assertRaises(AccessError):
            visit.event_id = False

    def test_who_goes_is_told_once_and_of_changes(self):
        visit = self._plan(participant_ids=[Command.set(self.colleague.ids)])
        self.assertEqual(self._get_notice(visit, "Repair visit").notified_partner_ids, (self.stock_user | self.colleague).partner_id)
        visit.write({"visit_start": "2030-05-06 13:00:00", "participant_ids": [Command.clear()]})
        self.assertEqual(self._get_notice(visit, "Visit moved").notified_partner_ids, self.stock_user.partner_id)
        self.assertEqual(self._get_notice(visit, "You need not go").notified_partner_ids, self.colleague.partner_id)
        visit.write({"visit_start": "2030-05-06 13:00:00", "note": "Bring a bearing"})
        self.assertEqual(len(self._get_notice(visit, "Visit moved")), 1)
        visit.with_user(self.stock_user).action_cancel()
        self.assertFalse(self._get_notice(visit, "Visit cancelled"), "they did it themselves")

    def test_the_list_of_a_day_is_each_persons_in_the_order_of_time(self):
        late, early = self._plan(visit_start="2030-05-06 14:00:00"), self._plan(participant_ids=[Command.set(self.colleague.ids)])
        cancelled, tomorrow = self._plan(), self._plan(visit_start="2030-05-07 09:00:00")
        cancelled.action_cancel()
        lists = (late | early | cancelled | tomorrow)._get_day_lists()
        self.assertEqual(
            [(user, visits.ids) for user, _day, visits in lists],
            [(self.colleague, early.ids), (self.stock_user, [early.id, late.id]), (self.stock_user, tomorrow.ids)],
        )
        self.assertIn("6 May 2030", lists[0][1])

    def test_the_list_is_printed_in_the_readers_language(self):
        visit = self._plan(note="更换轴承", parts_note="ベアリング 6204")
        html = self.env["ir.actions.report"].with_user(self.stock_user)._render_qweb_html("return_repair.report_return_visit_list", visit.ids)[0].decode()
        for text in ("更换轴承", "ベアリング 6204", "1 Mill Lane", "Blue Workshop", self.order.name, "09:00"):
            self.assertIn(text, html)


@tagged("post_install", "-at_install")
class TestVisitCalendar(VisitCommon):
    """Visit and calendar move together, and who is booked already is named."""

    def test_it_stands_in_the_calendars_of_all_who_go(self):
        visit = self._plan(participant_ids=[Command.set(self.colleague.ids)])
        event = visit.sudo().event_id
        self.assertEqual((event.partner_ids, event.user_id), ((self.stock_user | self.colleague).partner_id, self.stock_user))
        self.assertEqual((str(event.start), str(event.stop)), ("2030-05-06 09:00:00", "2030-05-06 11:00:00"))
        self.assertIn("1 Mill Lane", event.location)
        self.assertFalse(visit.sudo().activity_ids)

    def test_the_calendar_follows_the_visit(self):
        visit, second = self._plan(participant_ids=[Command.set(self.colleague.ids)]), self._plan()
        (visit | second).write({"visit_start": "2030-05-08 13:00:00", "user_id": self.worker.id})
        for event in (visit | second).sudo().event_id:
            self.assertEqual((str(event.start), str(event.stop), event.user_id), ("2030-05-08 13:00:00", "2030-05-08 15:00:00", self.worker))
        self.assertEqual(visit.sudo().event_id.partner_ids, (self.worker | self.colleague).partner_id)
        guest = self._new_user("guest", "base.group_user")
        visit.sudo().event_id.partner_ids = [Command.link(guest.partner_id.id)]
        visit.participant_ids = [Command.clear()]
        self.assertEqual(visit.sudo().event_id.partner_ids, (self.worker | guest).partner_id, "whom somebody invited in the calendar stays")
        visit.action_cancel()
        self.assertFalse(visit.sudo().event_id.active)
        visit.action_reopen()
        self.assertTrue(visit.sudo().event_id.active)
        self.assertEqual(len(self.env["calendar.event"].sudo().search([("res_model", "=", "return.visit"), ("res_id", "=", visit.id)])), 1)

    def test_the_visit_follows_the_calendar(self):
        visit, second = self._plan(), self._plan()
        event = visit.sudo().event_id.with_user(self.stock_user)
        event.write({"start": "2030-05-09 10:00:00", "stop": "2030-05-09 13:00:00"})
        self.assertEqual((str(visit.visit_start), visit.visit_duration, str(visit.visit_day)), ("2030-05-09 10:00:00", 3, "2030-05-09"))
        self.assertEqual(str(second.visit_start), "2030-05-06 09:00:00")
        event.unlink()
        self.assertEqual((visit.state, second.state), ("cancel", "planned"))
        second.sudo().event_id.with_user(self.stock_user).active = False
        self.assertEqual(second.state, "cancel")

    def test_what_was_done_stays_as_it_was(self):
        visit = self._plan(user_id=self.stock_user.id)
        visit.result = "Bearing changed"
        visit.action_done()
        visit.sudo().event_id.with_user(self.stock_user).write({"start": "2030-05-09 10:00:00", "stop": "2030-05-09 13:00:00"})
        self.assertEqual((str(visit.visit_start), visit.state), ("2030-05-06 09:00:00", "done"))

    def test_who_is_booked_already_is_named_but_not_what_for(self):
        self.env["calendar.event"].with_user(self.stock_user).create({
            "name": "Doctor", "start": "2030-05-06 10:30:00", "stop": "2030-05-06 11:30:00", "partner_ids": [Command.set(self.stock_user.partner_id.ids)],
        })
        visit = self._plan()
        self.assertIn("Stock user", visit.conflict)
        self.assertNotIn("Doctor", visit.conflict)
        for start, duration, booked in (
            ("2030-05-06 08:30:00", 2, False), ("2030-05-06 11:30:00", 2, False), ("2030-05-06 11:29:00", 2, True), ("2030-05-06 08:30:00", 2.1, True),
        ):
            with self.subTest(start=start, duration=duration):
                visit.write({"visit_start": start, "visit_duration": duration})
                self.env.invalidate_all()
                self.assertEqual(bool(visit.conflict), booked)

    def test_two_visits_at_once_warn_of_each_other_and_cancelled_ones_do_not(self):
        first, second, colleagues = self._plan(), self._plan(), self._plan(user_id=self.colleague.id)
        self.assertTrue(first.conflict and second.conflict)
        self.assertFalse(colleagues.conflict)
        second.action_cancel()
        self.env.invalidate_all()
        self.assertFalse(first.conflict)

    def test_it_warns_before_it_is_saved(self):
        self._plan()
        form = Form(self.env["return.visit"].with_user(self.rep).with_company(self.company).with_context(default_return_id=self.order.id))
        form.visit_start = "2030-05-06 10:00:00"
        form.user_id = self.colleague
        self.assertFalse(form.conflict)
        form.user_id = self.stock_user
        self.assertIn("Stock user", form.conflict)

    def test_many_visits_cost_about_as_many_queries_as_few(self):
        visits = self.env["return.visit"].concat(*(self._plan(visit_start=f"2030-06-{day:02} 09:00:00") for day in range(1, 13)))

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.mapped("conflict")
            return self.env.cr.sql_log_count - before

        count(visits[:2])
        self.assertLess(count(visits) - count(visits[:2]), 5)


@tagged("post_install", "-at_install")
class TestVisitAccess(VisitCommon):
    """Who goes there sees and does their visits; who handles the return plans them."""

    def test_each_user_may_do_what_their_role_says_and_no_more(self):
        visit = self._plan(participant_ids=[Command.set(self.worker.ids)])
        leader, portal = self._new_user("leader", "base.group_user"), self._new_user("portal", "base.group_portal")
        stock_manager = self._new_user("stock_manager", "stock.group_stock_manager")
        self.team.leader_id = leader
        for user, allowed in (
            (self.stock_user, "read write create"), (self.worker, "read write"), (self.colleague, ""), (self.rep, "read write create"),
            (self.other_rep, ""), (leader, "read write"), (self.handler, "read write create"), (self.outsider, ""),
            (self.quality_manager, "read write create"), (self.sales_manager, "read write create"), (stock_manager, "read write create"), (portal, ""),
        ):
            self.env.invalidate_all()
            with self.subTest(user.login):
                found = visit.with_user(user)
                self.assertEqual(" ".join(operation for operation in OPERATIONS if found.has_access(operation)), allowed)
                self.assertEqual(bool(found.browse().has_access("read") and found.search([("id", "=", visit.id)])), "read" in allowed)

    def test_who_goes_not_there_moves_nothing(self):
        visit = self._plan()
        visit.result = "Done"
        for act in ("action_done", "action_cancel"):
            with self.assertRaises(AccessError):
                getattr(visit.with_user(self.colleague), act)()
        with self.assertRaises(AccessError), closing(self.env.cr.savepoint()):
            visit.sudo().event_id.with_user(self.colleague).write({"start": "2030-05-09 10:00:00", "stop": "2030-05-09 13:00:00"})
            self.env.flush_all()

    def test_another_companys_visits_are_nobodys(self):
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        seller = self._new_user("seller", "sales_team.group_sale_salesman", company=other)
        order = self.env["return.order"].with_user(seller).create({"partner_id": self.customer.id})
        foreign = self.env(su=True)["return.visit"].create({
            "return_id": order.id, "user_id": seller.id, "visit_start": "2030-05-06 09:00:00",
        }).with_env(self.env)
        self.env.flush_all()
        for user in (self.rep, self.stock_user, self.sales_manager, self.quality_manager):
            with self.subTest(user.login):
                self.assertFalse(any(foreign.with_user(user).has_access(operation) for operation in OPERATIONS))
        with self.assertRaises(UserError):
            self._plan(self.quality_manager, order=order)
