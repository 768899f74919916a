from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestMinorComplaints(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint_type.minor_skips_investigation = True
        cls.pliers = cls._create_product("Pliers")
        cls.cause = cls.env.ref("quality_complaint.cause_packaging")

    def _complain(self, *products, severity="minor", cause=None, **values):
        complaint = self._create_complaint(
            severity=severity, line_ids=[Command.create({"product_id": product.id}) for product in products or [self.product]], **values,
        )
        if cause:
            complaint.cause_ids = [Command.create({"name": "Thin box", "cause_id": cause.id})]
        return complaint

    def _start(self, complaints, user=None):
        """The form that the button opens, on the lines as the user has them in his list."""
        user = user or self.handler
        return self._open_action(user, complaints.line_ids.with_user(user).action_start_corrective_action())

    def _save(self, form):
        form.name = "Stick the labels on dry grips"
        form.user_id = self.worker
        return form.save()

    # ------------------------------------------------------------ the statistic
    def test_minor_complaints_are_counted_by_product_type_cause_and_month(self):
        self._complain(self.product, self.pliers, date_received="2026-03-02 10:00:00", cause=self.cause)
        self._complain(self.product, date_received="2026-04-02 10:00:00")
        self._complain(self.product, severity="major", date_received="2026-04-02 10:00:00")
        self._cancel(self._move_to(self._complain(self.product), "review"))
        action = self.env.ref("quality_complaint.action_quality_complaint_minor")
        search = self.env.ref("quality_complaint.view_quality_complaint_line_statistics_search")
        self.assertEqual((action.res_model, action.search_view_id), ("quality.complaint.line", search))
        self.assertEqual(action.context, "{'search_default_minor': 1, 'search_default_valid': 1}")
        between = etree.fromstring(search.arch).xpath("//filter[@name='minor']/following-sibling::*[not(preceding-sibling::filter[@name='valid'])]")
        self.assertEqual([node.tag for node in between], ["separator", "filter"], "both hold, not one or the other")
        domain = [
            ("complaint_id.severity", "=", "minor"), ("complaint_id.state", "not in", ("cancel", "rejected")),
            ("company_id", "=", self.company.id),
        ]
        Line = self.env["quality.complaint.line"].with_user(self.quality_manager)
        for group, expected in (
            ("product_id", {self.product: 2, self.pliers: 1}), ("type_id", {self.complaint_type: 3}),
            ("main_cause_id", {self.cause: 2, self.cause.browse(): 1}),
        ):
            with self.subTest(group):
                self.assertEqual(dict(Line._read_group(domain, [group], ["__count"])), expected)
        months = Line._read_group(domain, ["date_received:month"], ["__count"])
        self.assertEqual([(str(month.date()), count) for month, count in months], [("2026-03-01", 2), ("2026-04-01", 1)])

    def test_each_sees_the_statistic_of_his_own_complaints(self):
        own, other = self._complain(), self._complain(user_id=self.other_rep.id)
        other.sudo().write({"user_id": self.other_rep.id, "team_id": False})
        self.env.cr.execute("UPDATE quality_complaint SET create_uid = %s WHERE id = %s", [self.other_rep.id, other.id])
        self.env.invalidate_all()
        seen = self.env["quality.complaint.line"].with_user(self.rep).search([("complaint_id", "in", (own | other).ids)])
        self.assertEqual(seen.complaint_id, own)

    # ------------------------------------------------------------ an action starts from it
    def test_a_corrective_action_begins_on_exactly_the_chosen_complaints(self):
        chosen = self._complain(self.product, cause=self.cause) | self._complain(self.product, self.pliers, cause=self.cause)
        left = self._complain()
        capa = self._save(self._start(chosen))
        self.assertEqual((capa.source_complaint_ids, capa.capa_type, capa.state, capa.company_id), (chosen, "corrective", "draft", self.company))
        self.assertEqual((capa.check_product_ids, capa.check_cause_id, capa.team_id), (self.product, self.cause, self.team))
        self.assertFalse(capa.complaint_id)
        self.assertEqual(chosen.statistic_capa_ids, capa)
        self.assertFalse(left.statistic_capa_ids)

    def test_only_what_they_have_in_common_comes_along(self):
        chosen = self._complain(self.product, cause=self.cause) | self._complain(self.pliers)
        capa = self._save(self._start(chosen))
        self.assertEqual((capa.check_product_ids.ids, capa.check_cause_id.ids), ([], []))

    def test_it_starts_from_a_list_of_complaints_too(self):
        chosen = self._complain() | self._complain()
        server_action = self.env.ref("quality_complaint.action_start_corrective_action").with_user(self.handler)
        action = server_action.with_context(active_model="quality.complaint", active_ids=chosen.ids, active_id=chosen[0].id).run()
        self.assertEqual(self._save(self._open_action(self.handler, action)).source_complaint_ids, chosen)

    def test_it_runs_without_a_complaint_of_its_own(self):
        capa = self._save(self._start(self._complain() | self._complain()))
        capa.action_propose()
        capa.action_open()
        self.assertEqual((capa.state, capa.sudo().activity_ids.user_id), ("open", self.worker))
        owned = capa.with_user(self.worker)
        self.assertEqual(owned.source_complaint_ids.mapped("subject"), ["Rust on the blades"] * 2, "whoever does it reads its basis")
        owned.result = "Dried"
        owned.action_done()
        self.assertEqual(capa.state, "verify")

    def test_a_second_action_on_the_same_complaint_is_warned_of_and_not_forbidden(self):
        chosen = self._complain() | self._complain()
        first = self._save(self._start(chosen))
        form = self._start(chosen[0] | self._complain())
        warning = form.source_warning
        for text in ("«Stick the labels on dry grips» (Planned, Worker)", chosen[0].name, "already"):
            self.assertIn(text, warning)
        self.assertNotIn(chosen[1].name, warning)
        second = self._save(form)
        self.assertEqual(chosen[0].statistic_capa_ids, first | second)
        for state, warned in (("open", True), ("verify", True), ("done", False), ("cancel", False)):
            first.sudo().result = "Dried"
            self.env.cr.execute("UPDATE quality_capa SET state = %s WHERE id = %s", [state, first.id])
            self.env.invalidate_all()
            second.action_cancel() if second.state != "cancel" else None
            with self.subTest(state):
                self.assertEqual(bool(self._start(chosen).source_warning), warned)

    def test_what_fell_away_is_no_basis(self):
        cancelled = self._cancelled = self._move_to(self._complain(), "cancel")
        with self.assertRefused("Leave these out", cancelled.name):
            (cancelled | self._complain()).with_user(self.quality_manager).action_start_corrective_action()

    def test_complaints_of_two_companies_are_no_basis(self):
        company = self.env["res.company"].create({"name": "Other"})
        foreign = self._complain()
        self.env.cr.execute("UPDATE quality_complaint SET company_id = %s WHERE id = %s", [company.id, foreign.id])
        self.env.invalidate_all()
        self.quality_manager.company_ids += company
        both = (foreign | self._complain()).with_user(self.quality_manager)
        with self.assertRefused("An action belongs to one company", "Other", "Sunrise Tools"):
            both.with_context(allowed_company_ids=(self.company | company).ids).action_start_corrective_action()

    def test_it_takes_a_handler_who_may_read_them(self):
        complaint = self._complain()
        with self.assertRaises(AccessError):
            complaint.with_user(self.rep).action_start_corrective_action()
        with self.assertRaises(AccessError):
            complaint.with_user(self.outsider).action_start_corrective_action()
        with self.assertRaises(AccessError):
            self.env["quality.capa"].with_user(self.outsider).create({
                "name": "Dry", "user_id": self.worker.id, "source_complaint_ids": [Command.set(complaint.ids)],
            })

    def test_the_complaint_shows_its_action(self):
        complaint = self._move_to(self._complain(), "investigation")
        capa = self._save(self._start(complaint))
        form = Form(complaint.with_user(self.handler))
        self.assertEqual(form.statistic_capa_ids.ids, capa.ids)
