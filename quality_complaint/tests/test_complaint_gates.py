from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ComplaintCommon

BLANK_HTML = "<p><br></p>"


@tagged("post_install", "-at_install")
class TestComplaintGates(ComplaintCommon):
    """Each gate: with one thing missing the move is refused and names it, filled in it passes."""

    def _require(self, *field_names, kinds=()):
        self.complaint_type.required_field_ids = self.env["ir.model.fields"].search(
            [("model", "in", ("quality.complaint", "quality.complaint.line")), ("name", "in", field_names)],
        ).filtered_domain(self.complaint_type._get_requirable_domain())
        self.complaint_type.required_document_kind_ids = [Command.set([kind.id for kind in kinds])]

    def _assert_gate(self, complaint, user, button, *gaps):
        """The button refuses with exactly these gaps, all at once, and the form says the same beforehand."""
        complaint = complaint.with_user(user)
        state = complaint.state
        complaint.invalidate_recordset(["next_gaps", "can_advance"])
        with self.assertRaises(UserError) as refusal:
            getattr(complaint, button)()
        told = [line[2:] for line in str(refusal.exception).split("\n") if line.startswith("• ")]
        self.assertEqual(told, list(gaps))
        self.assertEqual(complaint.state, state)
        if button != "action_reject":
            self.assertEqual(complaint.next_gaps.split("\n"), told)
            self.assertTrue(complaint.can_advance)

    def _assert_passes(self, complaint, user, button, state):
        complaint = complaint.with_user(user)
        complaint.invalidate_recordset(["next_gaps"])
        if button != "action_reject":
            self.assertFalse(complaint.next_gaps)
        getattr(complaint, button)()
        self.assertEqual(complaint.state, state)

    # ------------------------------------------------------------ submit
    def test_submitting_says_all_that_is_missing_at_once(self):
        photo = self.env["quality.document.kind"].create({"name": "Photo"})
        note = self.env["quality.document.kind"].create({"name": "Delivery note"})
        self._require("description", "contact_id", "severity", "defect", "lot_id", kinds=(photo, note))
        labels = self.env["quality.complaint"].fields_get(["description", "contact_id", "severity"], ["string"])
        complaint = self._create_complaint(contact_id=False, line_ids=False, demand_ids=False, description=BLANK_HTML)
        with self.assertRaises(UserError) as refusal:
            complaint.with_user(self.rep).action_submit()
        for gap in (
            "The product it is about", "at least one demand", "Document: Photo", "Document: Delivery note",
            *(label["string"] for label in labels.values()),
        ):
            self.assertIn(gap, str(refusal.exception))

        complaint.with_user(self.rep).write({
            "contact_id": self.contact.id, "severity": "major", "description": "<p>Rust</p>",
            "demand_ids": [Command.create({"name": "Replace"})],
            "line_ids": [Command.create({"product_id": self.product.id, "defect": "Rust"})],
        })
        for row in complaint.with_user(self.rep).document_ids:
            row.attachment_ids = [Command.create({"name": "file", "raw": b"file"})]
        self._assert_gate(complaint, self.rep, "action_submit", f"Lot/Serial Number of {self.product.display_name}")
        complaint.line_ids.lot_id = self._create_lot("LOT-1")
        self._assert_passes(complaint, self.rep, "action_submit", "review")

    def test_each_line_is_asked_for_its_own_fields(self):
        self._require("defect")
        second = self._create_product("Drill")
        complaint = self._create_complaint(line_ids=[
            Command.create({"product_id": self.product.id, "defect": "Rust"}), Command.create({"product_id": second.id}),
        ])
        self._assert_gate(complaint, self.rep, "action_submit", "Defect of Drill")
        complaint.line_ids.filtered(lambda line: line.product_id == second).defect = "Broken"
        self._assert_passes(complaint, self.rep, "action_submit", "review")

    def test_an_empty_editor_is_no_description(self):
        self._require("description")
        label = self.env["quality.complaint"].fields_get(["description"], ["string"])["description"]["string"]
        complaint = self._create_complaint()
        for empty in (False, "", BLANK_HTML, "<div>  </div>"):
            complaint.description = empty
            with self.subTest(empty):
                self._assert_gate(complaint, self.rep, "action_submit", label)
        complaint.description = "<p>Rust on all blades</p>"
        self._assert_passes(complaint, self.rep, "action_submit", "review")

    def test_a_document_counts_when_its_file_is_there(self):
        photo = self.env["quality.document.kind"].create({"name": "Photo"})
        self._require(kinds=[photo])
        complaint = self._create_complaint()
        self.assertEqual(complaint.document_ids.kind_id, photo, "the row is there from the beginning")
        self._assert_gate(complaint, self.rep, "action_submit", "Document: Photo")
        complaint.with_user(self.rep).document_ids.attachment_ids = [Command.create({"name": "photo.jpg", "raw": b"rust"})]
        self._assert_passes(complaint, self.rep, "action_submit", "review")
        attachment = complaint.document_ids.attachment_ids
        self.assertEqual((attachment.res_model, attachment.res_id), (complaint._name, complaint.id))

    def test_a_complaint_without_goods_needs_no_product_where_its_type_says_so(self):
        self.complaint_type.product_required = False
        complaint = self._create_complaint(line_ids=False)
        self._assert_passes(complaint, self.rep, "action_submit", "review")

    def test_product_and_demand_are_asked_for(self):
        complaint = self._create_complaint(line_ids=False)
        self._assert_gate(complaint, self.rep, "action_submit", "The product it is about")
        complaint.line_ids = [Command.create({"product_id": self.product.id})]
        complaint.demand_ids.unlink()
        self._assert_gate(complaint, self.rep, "action_submit", "What the customer asks for: at least one demand")

    def test_the_form_lists_what_is_missing(self):
        complaint = self._create_complaint(line_ids=False)
        with Form(complaint.with_user(self.rep)) as form:
            self.assertEqual(form.next_gaps, "The product it is about")
            self.assertTrue(form.can_advance)
        self._move_to(second := self._create_complaint(), "review")
        self.assertFalse(second.with_user(self.rep).can_advance, "approving is the quality manager's")
        self.assertTrue(second.with_user(self.quality_manager).can_advance)
        self.assertFalse(self._move_to(self._create_complaint(), "cancel").with_user(self.quality_manager).can_advance)

    # ------------------------------------------------------------ review
    def test_approving_needs_verdict_severity_team_and_handler(self):
        complaint = self._move_to(self._create_complaint(), "review")
        complaint.sudo().team_id = False
        verdict, severity, team, handler = (
            "The verdict that the complaint is upheld", "Severity", "Responsible team", "Handler",
        )
        self._assert_gate(complaint, self.quality_manager, "action_approve", verdict, severity, team, handler)
        complete = {"validity": "upheld", "severity": "major", "team_id": self.team.id, "handler_id": self.handler.id}
        for name, blank, gap in (
            ("validity", False, verdict), ("validity", "not_upheld", verdict), ("severity", False, severity),
            ("team_id", False, team),
        ):
            complaint.sudo().write({**complete, name: blank})
            with self.subTest(name, blank=blank):
                self._assert_gate(complaint, self.quality_manager, "action_approve", gap)
        self.team.leader_id = False
        complaint.sudo().write({**complete, "handler_id": False})
        self._assert_gate(complaint, self.quality_manager, "action_approve", handler)
        complaint.sudo().handler_id = self.handler
        self._assert_passes(complaint, self.quality_manager, "action_approve", "investigation")

    def test_without_a_handler_the_teams_leader_handles(self):
        complaint = self._move_to(self._create_complaint(), "review")
        complaint.sudo().write({"validity": "upheld", "severity": "major"})
        self._assert_passes(complaint, self.quality_manager, "action_approve", "investigation")
        self.assertEqual(complaint.handler_id, self.quality_manager)
        self.assertEqual(complaint.activity_ids.user_id, self.quality_manager)

    def test_not_upheld_needs_reason_and_agreement(self):
        complaint = self._move_to(self._create_complaint(), "review")
        verdict, reason, agreement, when, who, how = gaps = (
            "The verdict that the complaint is not upheld", "The reason of the verdict", "What was agreed with the customer",
            "When it was agreed", "With whom it was agreed", "How it was agreed: by phone, by e-mail …",
        )
        self._assert_gate(complaint, self.quality_manager, "action_reject", *gaps)
        complete = self._get_rejection()
        for name, blank, gap in (
            ("validity", "upheld", verdict), ("verdict_reason", "  ", reason), ("customer_agreement", False, agreement),
            ("agreement_date", False, when), ("agreement_partner_id", False, who), ("agreement_channel", False, how),
        ):
            complaint.sudo().write({**complete, name: blank})
            with self.subTest(name):
                self._assert_gate(complaint, self.quality_manager, "action_reject", gap)
        complaint.sudo().write(complete)
        self._assert_passes(complaint, self.quality_manager, "action_reject", "rejected")

    # ------------------------------------------------------------ resolve
    def _investigate(self, severity="major"):
        complaint = self._move_to(self._create_complaint(), "investigation")
        complaint.sudo().severity = severity
        complaint.sudo().handling_opinion = "Replace them"
        complaint.sudo().analysis = "Rain"
        complaint.demand_ids.write({"answer": "Sent", "outcome": "granted"})
        return complaint

    def test_resolving_says_all_that_is_missing_at_once(self):
        complaint = self._move_to(self._create_complaint(demand_ids=[
            Command.create({"name": "Replace them"}), Command.create({"name": "Find the cause"}),
        ]), "investigation")
        self._create_capa(complaint, name="Sort")
        self._assert_gate(
            complaint, self.handler, "action_resolve",
            "An answer and its outcome to the demand «Replace them»", "An answer and its outcome to the demand «Find the cause»",
            "The handling opinion", "The cause analysis", "The action «Sort» is not done",
        )

    def test_each_demand_needs_an_answer_and_an_outcome(self):
        complaint = self._investigate()
        second = self.env["quality.complaint.demand"].create({"complaint_id": complaint.id, "name": "Find the cause"})
        gap = "An answer and its outcome to the demand «Find the cause»"
        for values in ({}, {"answer": "Rain"}, {"answer": False, "outcome": "refused"}, {"answer": "", "outcome": "partly"}):
            second.write(values)
            with self.subTest(values):
                self._assert_gate(complaint, self.handler, "action_resolve", gap)
            second.write({"answer": False, "outcome": False})
        second.write({"answer": "Rain", "outcome": "refused"})
        self._assert_passes(complaint, self.handler, "action_resolve", "reply")

    def test_resolving_needs_the_handling_opinion(self):
        complaint = self._investigate()
        complaint.sudo().handling_opinion = BLANK_HTML
        self._assert_gate(complaint, self.handler, "action_resolve", "The handling opinion")

    def test_resolving_needs_an_analysis_or_a_cause(self):
        complaint = self._investigate()
        complaint.sudo().analysis = BLANK_HTML
        self._assert_gate(complaint, self.handler, "action_resolve", "The cause analysis")
        self.env["quality.complaint.cause"].create({"complaint_id": complaint.id, "name": "Rain in the truck"})
        self._assert_passes(complaint, self.handler, "action_resolve", "reply")

    def test_a_minor_case_skips_the_analysis_where_its_type_says_so(self):
        for skips, severity, gaps in (
            (False, "minor", ["The cause analysis"]), (True, "major", ["The cause analysis"]), (True, "minor", []),
        ):
            self.complaint_type.minor_skips_investigation = skips
            complaint = self._investigate(severity)
            complaint.sudo().analysis = False
            with self.subTest(severity, skips=skips):
                if gaps:
                    self._assert_gate(complaint, self.handler, "action_resolve", *gaps)
                else:
                    self._assert_passes(complaint, self.handler, "action_resolve", "reply")

    def test_all_but_preventive_actions_are_done_before_it_is_resolved(self):
        complaint = self._investigate()
        capas = {
            capa_type: self._create_capa(complaint, name=capa_type, capa_type=capa_type, user_id=self.handler.id)
            for capa_type in ("containment", "correction", "corrective", "preventive")
        }
        names = ("containment", "correction", "corrective")
        gaps = [f"The action «{name}» is not done" for name in names]
        self._assert_gate(complaint, self.handler, "action_resolve", *gaps)
        complaint.with_user(self.handler).action_start_plan()
        self._assert_gate(complaint, self.handler, "action_resolve", *gaps)
        for name in names[:2]:
            capas[name].result = "Done so"
            capas[name].with_user(self.handler).action_done()
        self._assert_gate(complaint, self.handler, "action_resolve", gaps[2])
        capas["corrective"].with_user(self.handler).action_cancel()
        self._assert_passes(complaint, self.handler, "action_resolve", "reply")
        self.assertEqual(capas["preventive"].state, "open")

    # ------------------------------------------------------------ reply
    def test_going_to_follow_up_needs_text_approval_and_sending(self):
        complaint = self._move_to(self._create_complaint(), "reply")
        text, approval, sending = (
            "The reply to the customer", "The sales manager's approval of the reply", "The reply has to be sent to the customer",
        )
        complaint.reply_body = BLANK_HTML
        with self.assertRefused(text, approval, sending):
            complaint.with_user(self.rep).write({"state": "follow_up"})
        with self.assertRefused("The reply to the customer"):
            complaint.with_user(self.sales_manager).action_approve_reply()
        with self.assertRefused("Only an approved reply"):
            complaint.with_user(self.rep).action_send_reply()
        complaint.with_user(self.sales_manager).action_draft_reply()
        self.assertEqual(complaint.next_gaps, f"{approval}\n{sending}")
        complaint.with_user(self.sales_manager).action_approve_reply()
        complaint.invalidate_recordset(["next_gaps"])
        self.assertEqual(complaint.next_gaps, sending)
        with self.assertRefused(sending):
            complaint.with_user(self.rep).write({"state": "follow_up"})
        self._send_reply(complaint)
        self.assertEqual(complaint.state, "follow_up")

    # ------------------------------------------------------------ close
    def _say(self, complaint, satisfied):
        self.env["quality.complaint.follow.up"].with_user(self.rep).create({
            "complaint_id": complaint.id, "satisfied": satisfied, "remark": "As he said",
        })

    def test_closing_needs_a_satisfied_customer(self):
        complaint = self._move_to(self._create_complaint(), "follow_up")
        gap = "A follow-up in which the customer is satisfied"
        self._assert_gate(complaint, self.rep, "action_close", gap)
        self._say(complaint, "no")
        self._assert_gate(complaint, self.rep, "action_close", gap)
        self._say(complaint, "yes")
        self._assert_passes(complaint, self.rep, "action_close", "closed")

    def test_the_last_answer_counts(self):
        complaint = self._move_to(self._create_complaint(), "follow_up")
        self._say(complaint, "yes")
        self._say(complaint, "no")
        self._assert_gate(complaint, self.rep, "action_close", "A follow-up in which the customer is satisfied")

    def test_an_answer_of_an_earlier_round_does_not_close(self):
        complaint = self._move_to(self._create_complaint(), "follow_up")
        self._say(complaint, "yes")
        self._answer(complaint, "no")
        complaint.with_user(self.handler).action_resolve()
        complaint.with_user(self.sales_manager).action_approve_reply()
        self._send_reply(complaint)
        self.assertEqual(complaint.follow_up_ids.mapped("round"), [1, 1])
        self._assert_gate(complaint, self.rep, "action_close", "A follow-up in which the customer is satisfied")
        self._say(complaint, "yes")
        self._assert_passes(complaint, self.rep, "action_close", "closed")

    def test_closing_without_root_cause_is_refused_where_the_type_asks_for_it(self):
        complaint = self._move_to(self._create_complaint(), "follow_up")
        self._say(complaint, "yes")
        self.complaint_type.root_cause_required = True
        self._assert_gate(complaint, self.rep, "action_close", "The root cause")
        cause = self.env["quality.complaint.cause"].create({
            "complaint_id": complaint.id, "name": "Rain", "cause_id": self.env.ref("quality_complaint.cause_packaging").id,
        })
        self._assert_gate(complaint, self.rep, "action_close", "The root cause")
        cause.is_root = True
        self._assert_passes(complaint, self.rep, "action_close", "closed")

    def test_a_minor_case_closes_without_investigation_where_its_type_says_so(self):
        self.complaint_type.write({
            "root_cause_required": True, "preventive_required": True, "minor_skips_investigation": True,
        })
        complaint = self._move_to(self._create_complaint(), "follow_up")
        self._say(complaint, "yes")
        self._assert_gate(complaint, self.rep, "action_close", "The root cause", "A preventive action")
        complaint.sudo().severity = "minor"
        self._assert_passes(complaint, self.rep, "action_close", "closed")

    def test_closing_needs_a_preventive_action_where_the_type_asks_for_it(self):
        complaint = self._move_to(self._create_complaint(), "follow_up")
        self._say(complaint, "yes")
        self.complaint_type.preventive_required = True
        self._assert_gate(complaint, self.rep, "action_close", "A preventive action")
        capa = self._create_capa(complaint, name="Cover", capa_type="preventive", user_id=self.handler.id)
        self._assert_gate(complaint, self.rep, "action_close", "The action «Cover» is not done")
        capa.with_user(self.handler).action_cancel()
        self._assert_gate(complaint, self.rep, "action_close", "A preventive action")
        capa.with_user(self.handler).action_draft()
        self._start(capa)
        self._assert_gate(complaint, self.rep, "action_close", "The action «Cover» is not done")
        capa.result = "Covers bought"
        capa.with_user(self.handler).action_done()
        self._assert_passes(complaint, self.rep, "action_close", "closed")

    def test_an_open_action_that_the_user_may_not_read_keeps_it_open_too(self):
        complaint = self._move_to(self._create_complaint(self.rep, user_id=self.sales_manager.id), "follow_up")
        self._say(complaint, "yes")
        capa = self._create_capa(complaint, name="Cover", capa_type="preventive")
        seen_by = self.env["quality.capa"].with_user(self.stock_user)
        complaint.sudo().write({"user_id": self.stock_user.id})
        self.env["ir.rule"].search([("model_id.model", "=", "quality.capa"), ("name", "like", "own complaints")]).active = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertNotIn(capa, seen_by.search([]))
        self._assert_gate(complaint, self.stock_user, "action_close", "The action «Cover» is not done")

    def test_a_root_cause_needs_its_class(self):
        complaint = self._create_complaint()
        with self.assertRefused("Give each root cause its class"):
            self.env["quality.complaint.cause"].create({"complaint_id": complaint.id, "name": "Rain", "is_root": True})
        self.assertFalse(complaint.cause_ids)

    def test_received_is_never_in_the_future(self):
        with self.at("2026-03-02 10:00:00"):
            self.assertTrue(self._create_complaint(date_received=fields.Datetime.now()))
            with self.assertRefused("can't lie in the future"):
                self._create_complaint(date_received="2026-03-02 10:00:01")
