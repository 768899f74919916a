from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ComplaintCommon
from .containment_common import ContainmentCommon

PARTS = ("line_ids", "demand_ids", "document_ids", "cause_ids", "capa_ids", "milestone_ids", "follow_up_ids", "assignment_ids", "pause_ids")
LOG_FIELDS = {"write_date", "write_uid", "__last_update"}
THREADS = {
    "mail.message": ("model", "res_id"), "ir.attachment": ("res_model", "res_id"),
    "mail.followers": ("res_model", "res_id"), "mail.activity": ("res_model", "res_id"),
}


class MergeCommon(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.photo, cls.note = cls.env["quality.document.kind"].create([{"name": "Photo"}, {"name": "Note"}])

    @classmethod
    def _merge(cls, kept, *others, user=None):
        others = kept.browse([other.id for other in others])
        others.with_user(user or cls.quality_manager)._merge_into(kept.with_user(user or cls.quality_manager))
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _undo(cls, merged, user=None):
        merged.with_user(user or cls.quality_manager).action_undo_merge()
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _add_file(cls, complaint, kind, name):
        row = complaint.document_ids.filtered(lambda document: document.kind_id == kind)
        file = [Command.create({"name": name, "raw": name.encode()})]
        if row:
            row.attachment_ids = file
        else:
            complaint.document_ids = [Command.create({"kind_id": kind.id, "attachment_ids": file})]

    @classmethod
    def _fill(cls, complaint):
        """All that people put on a complaint."""
        complaint.message_post(body="Ada called again", attachments=[("call.txt", b"call")])
        complaint.with_user(cls.quality_manager).message_subscribe(cls.stock_user.partner_id.ids)
        complaint.with_user(cls.handler).activity_schedule("mail.mail_activity_data_todo", summary="Call back", user_id=cls.rep.id)
        return complaint

    def _snapshot(self, complaints):
        """Everything that is stored about the complaints: {(model, id): values}."""
        self.env.flush_all()
        self.env.invalidate_all()
        complaints = complaints.sudo().with_context(active_test=False)
        records = [complaints, *(complaints[name] for name in PARTS)]
        for model, (model_field, id_field) in THREADS.items():
            records.append(self.env[model].sudo().with_context(active_test=False).search(
                [(model_field, "=", complaints._name), (id_field, "in", complaints.ids)],
            ))
        snapshot = {}
        for group in records:
            stored = [
                name for name, field in group._fields.items()
                if field.store and (field.column_type or field.type == "many2many") and name not in LOG_FIELDS
            ]
            for values in group.read(stored, load=None):
                snapshot[group._name, values["id"]] = {name: sorted(value) if isinstance(value, tuple) else value for name, value in values.items()}
        return snapshot

    def _assert_same_but_for_log(self, before, after):
        """Nothing is gone and nothing is other than it was; what is new is the log of the merge and its undoing."""
        for key, values in before.items():
            with self.subTest(key):
                self.assertEqual(after.get(key), values)
        self.assertEqual({model for model, _id in after.keys() - before.keys()}, {"mail.message"})


@tagged("post_install", "-at_install")
class TestMerge(MergeCommon):
    def test_what_belongs_to_it_comes_along(self):
        lot = self._create_lot("L1")
        kept = self._create_complaint()
        merged = self._fill(self._create_complaint(
            line_ids=[
                Command.create({"product_id": self.product.id, "lot_id": lot.id}),
                Command.create({"product_id": self._create_product("Hammer").id, "quantity": 3}),
                Command.create({"product_id": self.product.id}),
            ],
            demand_ids=[Command.create({"name": "Say why"})],
        ))
        bystander = self._fill(self._create_complaint())
        self._add_file(kept, self.photo, "kept.jpg")
        self._add_file(merged, self.photo, "merged.jpg")
        self._add_file(merged, self.note, "note.txt")
        for complaint in (merged, bystander):
            complaint.sudo().activity_ids.filtered(lambda activity: activity.summary == "Call back").user_id = self.rep
        capa, done, dropped = (self._create_capa(merged, self.quality_manager, name=name) for name in ("Sort", "Stop", "Dropped"))
        done.capa_type = "containment"
        done.with_user(self.quality_manager).action_open()
        done.result = "<p>Stopped</p>"
        done.with_user(self.worker).action_done()
        dropped.with_user(self.quality_manager).action_cancel()
        before = self._snapshot(bystander)
        self._merge(kept, merged)

        self.assertEqual(kept.demand_ids.mapped("name"), ["Replace them", "Say why"])
        self.assertEqual(kept.line_ids.mapped(lambda line: (line.product_id.name, line.lot_id)), [
            ("Screwdriver set", self.env["stock.lot"]), ("Screwdriver set", lot), ("Hammer", self.env["stock.lot"]),
        ], "which lot it is was not known yet")
        self.assertEqual((merged.line_ids.product_id, merged.line_ids.lot_id), (self.product, self.env["stock.lot"]), "that is there already")
        files = {document.kind_id: document.attachment_ids.mapped("name") for document in kept.document_ids}
        self.assertEqual({kind: sorted(names) for kind, names in files.items()}, {
            self.photo: ["kept.jpg", "merged.jpg"], self.note: ["note.txt"],
        })
        self.assertEqual(kept.capa_ids, capa | done)
        self.assertEqual((capa.state, done.state), ("draft", "done"))
        self.assertEqual(merged.capa_ids, dropped)
        said = str(kept.message_ids.mapped("body"))
        self.assertIn("Ada called again", said)
        self.assertEqual(said.count("Complaint created"), 1, "the other was created by itself")
        self.assertIn(self.stock_user.partner_id, kept.message_partner_ids)
        self.assertIn("Call back", kept.activity_ids.mapped("summary"))
        attachments = self.env["ir.attachment"].search([("res_model", "=", kept._name), ("res_id", "=", kept.id)])
        self.assertEqual(sorted(attachments.mapped("name")), ["call.txt", "kept.jpg", "merged.jpg", "note.txt"])
        self.assertFalse(merged.activity_ids)
        self.assertEqual(self._snapshot(bystander), before)

    def test_the_merged_one_is_cancelled_as_duplicate_and_keeps_its_number(self):
        kept, merged, other = (self._create_complaint() for _each in range(3))
        number = merged.name
        self._merge(kept, merged)
        self.assertEqual((merged.state, merged.cancel_reason, merged.name), ("cancel", "duplicate", number))
        self.assertEqual(merged.merged_into_id, kept)
        self.assertFalse(merged.milestone_ids)
        self.assertEqual((kept.state, other.state), ("draft", "draft"))
        self.assertEqual(self.env["quality.complaint"].search([("merged_into_id", "=", kept.id)]), merged)
        self.assertNotIn(merged, self.env["quality.complaint"].search([("merged_into_id", "=", False)]))
        self.assertIn(f"{merged.display_name} was merged into this one", kept.message_ids[0].preview)

    def test_who_filed_the_merged_one_is_told_where_it_goes_on(self):
        kept, merged = self._create_complaint(), self._create_complaint(self.other_rep)
        self._merge(kept, merged)
        told = self.env["mail.message"].search([
            ("model", "=", merged._name), ("res_id", "=", merged.id), ("message_type", "=", "user_notification"),
            ("partner_ids", "in", self.other_rep.partner_id.ids),
        ])
        self.assertEqual(told.subject, f"{merged.name} was merged into {kept.display_name}")

    def test_answers_to_its_mails_reach_the_kept_one(self):
        kept, merged = self._create_complaint(), self._create_complaint()
        message = merged.message_post(body="What exactly?", message_type="comment", subtype_xmlid="mail.mt_comment")
        self._merge(kept, merged)
        self.env["mail.thread"].sudo().message_process("quality.complaint", (
            "From: ada@blueworkshop.example\nTo: whoever@sunrise.example\nSubject: Re: Rust\n"
            f"Message-Id: <answer@blueworkshop.example>\nIn-Reply-To: {message.message_id}\nReferences: {message.message_id}\n\nThe blades"
        ))
        self.assertIn("The blades", kept.message_ids[0].body)

    def test_a_merged_one_is_not_reopened_but_its_merge_undone(self):
        kept, merged = self._create_complaint(), self._create_complaint()
        self._merge(kept, merged)
        with self.assertRefused(f"{merged.name} was merged into {kept.name}. Undo the merge"):
            merged.with_user(self.quality_manager).action_reopen()
        with self.assertRefused(f"{merged.name} was merged into {kept.name}. Undo the merge"):
            merged.with_user(self.quality_manager).state = "draft"


    def test_a_demand_that_comes_along_has_to_be_answered(self):
        for state, target in (("reply", "follow_up"), ("follow_up", "closed")):
            kept, merged = self._move_to(self._create_complaint(), state), self._create_complaint(demand_ids=[Command.create({"name": "Say why"})])
            self._merge(kept, merged)
            gap = "An answer and its outcome to the demand «Say why»"
            with self.subTest(state):
                self.assertIn(gap, kept._get_gaps(target))
                kept.with_user(self.handler).demand_ids.write({"answer": "Rain", "outcome": "granted"})
                self.assertNotIn(gap, kept._get_gaps(target))

    def test_the_parts_of_other_teams_come_along_answered_or_not(self):
        kept, merged = self._create_complaint(), self._move_to(self._create_complaint(), "investigation")
        parts = self.env["quality.complaint.assignment"].with_user(self.handler).create([
            {"complaint_id": merged.id, "name": name, "team_id": self.team.id} for name in ("Who packed it?", "When?")
        ])
        parts[0].answer = "The night shift"
        parts[0].action_answered()
        self._merge(kept, merged)
        self.assertEqual(set(kept.assignment_ids.ids), set(parts.ids))
        self._undo(merged)
        self.assertEqual(set(merged.assignment_ids.ids), set(parts.ids))
        self.assertEqual([bool(part.date_done) for part in parts], [True, False])

    def test_goods_that_the_kept_one_names_without_a_lot_are_not_counted_twice(self):
        lot = self._create_lot("L1")
        order = self._create_order((self.product, 10))
        move = self._deliver(order, lots={self.product: {lot: 10}}).move_ids
        line = {"product_id": self.product.id, "move_id": move.id, "quantity": 10}
        kept, merged = self._create_complaint(line_ids=[Command.create(line)]), self._create_complaint(line_ids=[Command.create({**line, "lot_id": lot.id})])
        before = self._snapshot(kept | merged)
        self._merge(kept, merged)
        self.assertEqual(kept.line_ids.mapped(lambda line: (line.lot_id, line.move_id, line.quantity)), [
            (self.env["stock.lot"], move, 10), (lot, self.env["stock.move"], 10),
        ])
        self._undo(merged)
        self._assert_same_but_for_log(before, self._snapshot(kept | merged))


@tagged("post_install", "-at_install")
class TestMergeContainment(MergeCommon, ContainmentCommon):
    """Two complaints about a lot, each contained or part of a containment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls._complain(cls._ship(cls.customer, 10), 3)
        cls.green_picking = cls._ship(cls.green, 20)

    def _assert_undone(self, before, kept, merged):
        self._undo(merged)
        self._assert_same_but_for_log(before, self._snapshot(kept | merged))

    def test_two_actions_for_own_stock_of_one_lot_both_go_on(self):
        kept, merged = self.head, self._complain(self._ship(self.customer, 5))
        first, second = (self.env["quality.capa"].browse(self._open(each).action_block_stock()["res_id"]) for each in (kept, merged))
        before = self._snapshot(kept | merged)
        self._merge(kept, merged)
        self.assertEqual((kept.capa_ids, first.lot_id, second.lot_id), (first | second, self.lot, self.env["stock.lot"]))
        self.assertEqual((first.state, second.state), ("draft", "draft"))
        self.assertEqual(self._open(kept).action_block_stock()["res_id"], first.id)
        self._assert_undone(before, kept, merged)
        self.assertEqual(second.lot_id, self.lot)

    def test_an_action_for_own_stock_that_is_done_keeps_its_lot(self):
        kept, merged = self.head, self._complain(self._ship(self.customer, 5))
        self._open(kept).action_block_stock()
        done = self.env["quality.capa"].browse(self._open(merged).action_block_stock()["res_id"]).with_user(self.handler)
        done.action_open()
        done.result = "<p>Blocked</p>"
        done.action_done()
        self._merge(kept, merged)
        self.assertEqual((done.sudo().complaint_id, done.sudo().lot_id), (kept, self.lot))

    def test_the_customers_own_complaint_takes_the_place_in_the_containment(self):
        self._open(self.head).action_file()
        child = self.head.child_ids
        child.with_user(self.handler).message_post(body="Please check", partner_ids=self.green.ids, subtype_xmlid="mail.mt_comment")
        told = child.customer_told_on
        own = self._complain(self._ship(self.green, 5))
        before = self._snapshot(own | child)
        self._merge(own, child)
        self.assertEqual((own.parent_id, own.contained_partner_key, own.customer_told_on), (self.head, self.green.id, told))
        self.assertEqual(self.head.child_ids, own)
        containment = self._open(self.head)
        row = containment.customer_line_ids.filtered(lambda line: line.partner_id == self.green)
        self.assertEqual((row.complaint_id, row.selected), (own, False), "he is told already")
        row.selected = True
        containment.action_file()
        self.assertEqual(self.head.child_ids, own, "nothing is filed a second time")
        self._assert_undone(before, own, child)
        self.assertEqual(self.head.child_ids, child)

    def test_the_head_of_a_containment_is_not_merged_into_a_part_of_another(self):
        self._open(self.head).action_file()
        child = self.head.child_ids
        own = self._complain(self._ship(self.green, 5))
        self._ship(self.red, 7)
        self._open(own).action_file()
        self.assertEqual(own.child_ids.partner_id, self.red)
        with self.assertRefused(f"{own.name} heads a containment, and {child.name} is part of that of {self.head.name}"):
            self._merge(child, own)
        self._merge(own, child)
        self.assertEqual((child.merged_into_id, own.parent_id), (own, self.env["quality.complaint"]), "who heads one is part of none")


@tagged("post_install", "-at_install")
class TestUndoMerge(MergeCommon):
    def _create_pair(self, state):
        """A kept and a merged complaint, both with everything, the merged one in that state."""
        kept = self._fill(self._create_complaint())
        order = self._create_shipped_order((self.product, 10))
        merged = self._fill(self._create_complaint(sale_order_id=order.id, line_ids=[
            Command.create({"product_id": self.product.id, "quantity": 4}),
            Command.create({"product_id": self._create_product("Hammer").id, "delivery_date": "2026-01-05"}),
        ]))
        self._add_file(kept, self.photo, "kept.jpg")
        self._add_file(merged, self.photo, "merged.jpg")
        self._add_file(merged, self.note, "note.txt")
        self._move_to(merged, state)
        if state == "investigation":
            self._create_capa(merged)
            self.env["quality.complaint.assignment"].with_user(self.quality_manager).create({
                "complaint_id": merged.id, "name": "Who packed it?", "team_id": self.team.id,
            })
            self.env["quality.deadline.pause"].with_user(self.quality_manager).create({"complaint_id": merged.id, "note": "Which batch?"})
            started = self._create_capa(merged, name="Stop shipping", capa_type="containment")
            started.with_user(self.handler).action_open()
        return kept, merged

    def test_undo_brings_everything_back_exactly(self):
        for state in ("draft", "review", "investigation", "reply", "follow_up"):
            kept, merged = self._create_pair(state)
            before = self._snapshot(kept | merged)
            self._merge(kept, merged)
            self.assertNotEqual(self._snapshot(kept | merged), before)
            self._undo(merged)
            with self.subTest(state):
                self._assert_same_but_for_log(before, self._snapshot(kept | merged))
                self.assertEqual(merged.state, state)
                self.assertFalse(merged.merged_into_id)

    def test_what_came_later_stays_on_the_kept_one(self):
        kept, merged = self._create_pair("draft")
        self._merge(kept, merged)
        kept.message_post(body="Said later")
        kept.demand_ids = [Command.create({"name": "Asked later"})]
        self._add_file(kept, self.photo, "later.jpg")
        moved = kept.demand_ids[1]
        moved.answer = "Answered on the kept one"
        self._undo(merged)
        self.assertIn("Said later", str(kept.message_ids.mapped("body")))
        self.assertNotIn("Said later", str(merged.message_ids.mapped("body")))
        self.assertIn("Asked later", kept.demand_ids.mapped("name"))
        photos = {c: sorted(c.document_ids.filtered(lambda d: d.kind_id == self.photo).attachment_ids.mapped("name")) for c in (kept, merged)}
        self.assertEqual(photos, {kept: ["kept.jpg", "later.jpg"], merged: ["merged.jpg"]})
        self.assertEqual(merged.demand_ids.answer, "Answered on the kept one")

    def test_of_several_merged_one_is_undone_alone(self):
        kept, first = self._create_pair("draft")
        second = self._fill(self._create_complaint(demand_ids=[Command.create({"name": "Of the second"})]))
        self._merge(kept, first, second)
        self._undo(first)
        self.assertFalse(first.merged_into_id)
        self.assertEqual(second.merged_into_id, kept)
        self.assertIn("Of the second", kept.demand_ids.mapped("name"))
        self.assertEqual(len(first.demand_ids), 1)

    def test_a_chain_is_undone_from_its_end(self):
        first, second, third = (self._fill(self._create_complaint()) for _each in range(3))
        before = self._snapshot(first | second | third)
        self._merge(second, first)
        self._merge(third, second)
        with self.assertRefused(f"Undo the merge of {second.name} into {third.name} first"):
            self._undo(first)
        self._undo(second)
        self._undo(first)
        self._assert_same_but_for_log(before, self._snapshot(first | second | third))

    def test_it_can_be_merged_and_undone_again(self):
        kept, merged = self._create_pair("review")
        before = self._snapshot(kept | merged)
        for _each in range(2):
            self._merge(kept, merged)
            self._undo(merged)
        self._assert_same_but_for_log(before, self._snapshot(kept | merged))
        self.assertEqual(len(kept.merge_ids.filtered("undone_on")), 2)

    def test_what_was_deleted_and_who_follows_again_do_not_hinder_it(self):
        kept, merged = self._create_pair("draft")
        self._merge(kept, merged)
        kept.demand_ids[1].unlink()
        merged.sudo().message_subscribe(self.stock_user.partner_id.ids)
        self._undo(merged)
        self.assertIn(self.stock_user.partner_id, merged.message_partner_ids)
        self.assertFalse(merged.demand_ids)

    def test_who_may_not_read_the_kept_one_is_told_why_he_can_not_undo_it(self):
        packing = self.env["quality.team"].create({"name": "Packing", "leader_id": self.outsider.id, "company_id": self.company.id})
        kept, merged = self._create_pair("draft")
        self._merge(kept, merged)
        merged.sudo().team_id = packing
        self.env.flush_all()
        self.assertFalse(kept.with_user(self.outsider).has_access("read"))
        with self.assertRaises(AccessError):
            self._undo(merged, self.outsider)
        self.assertEqual(merged.merged_into_id, kept)

    def test_undoing_many_alike_takes_no_query_for_each(self):
        counts = []
        for number in (5, 45):
            kept, merged = self._create_complaint(), self._create_complaint()
            for index in range(number):
                merged.message_post(body=f"Call {index}")
            merged.demand_ids = [Command.create({"name": f"Demand {index}"}) for index in range(number)]
            self._merge(kept, merged)
            before = self.env.cr.sql_log_count
            self._undo(merged)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(merged.demand_ids), number + 1)
        self.assertLess(counts[1] - counts[0], 40, "80 records more")

    def test_undo_is_refused_with_all_reasons(self):
        kept, merged = self._create_pair("draft")
        self._merge(kept, merged)
        merge = kept.merge_ids
        with self.assertRefused(f"{kept.name}: only a quality manager", f"{merged.name}: only a quality manager"):
            merge.with_user(self.rep).action_undo()
        self._cancel(kept)
        with self.assertRefused(f"{kept.name} is finished and stays as it is"):
            merge.with_user(self.quality_manager).action_undo()
        kept.with_user(self.quality_manager).action_reopen()
        self._undo(merged)
        with self.assertRefused("is undone already"):
            merge.with_user(self.quality_manager).action_undo()


@tagged("post_install", "-at_install")
class TestMergeRefusals(MergeCommon):
    def _assert_merge_refused(self, kept, others, *texts, user=None):
        before = self._snapshot(kept | others)
        with self.assertRefused(*texts):
            self._merge(kept, *others, user=user)
        self.assertEqual(self._snapshot(kept | others), before)

    def test_with_itself(self):
        complaint = self._create_complaint()
        self._assert_merge_refused(complaint, complaint, f"{complaint.name} can't be merged with itself")

    def test_across_customers_but_not_across_contacts(self):
        kept = self._create_complaint()
        other_customer = self.env["res.partner"].create({"name": "Red Workshop", "is_company": True})
        other = self._create_complaint(partner_id=other_customer.id, contact_id=False)
        self._assert_merge_refused(kept, other, f"{other.name} and {kept.name} are of different customers")
        same = self._create_complaint(partner_id=self.contact.id, contact_id=False)
        self._merge(kept, same)
        self.assertEqual(same.merged_into_id, kept)

    def test_across_companies(self):
        other_company = self.env["res.company"].create({"name": "Moonlight Tools"})
        foreign = self.env["quality.complaint"].with_company(other_company).create({
            "subject": "Not ours", "partner_id": self.customer.id, "company_id": other_company.id,
        })
        kept = self._create_complaint()
        with self.assertRaises(AccessError):
            self._merge(kept, foreign)
        self.quality_manager.company_ids = [Command.link(other_company.id)]
        both = {"allowed_company_ids": (self.company | other_company).ids}
        with self.assertRefused(f"{foreign.name} and {kept.name} are of different companies"):
            foreign.with_user(self.quality_manager).with_context(**both)._merge_into(kept.with_user(self.quality_manager).with_context(**both))

    def test_finished_ones(self):
        closed, cancelled, draft = self._move_to(self._create_complaint(), "closed"), self._create_complaint(), self._create_complaint()
        self._cancel(cancelled)
        self._assert_merge_refused(closed, draft, f"{closed.name} is finished and can't be the one that is kept")
        self._assert_merge_refused(draft, closed | cancelled, f"{closed.name} is finished. Reopen", f"{cancelled.name} is finished. Reopen")

    def test_one_that_is_merged_already(self):
        kept, merged, other = (self._create_complaint() for _each in range(3))
        self._merge(kept, merged)
        self._assert_merge_refused(other, merged, f"{merged.name} is merged into {kept.name} already")
        self._assert_merge_refused(merged, other, f"{merged.name} is finished and can't be the one that is kept")

    def test_by_who_is_not_a_manager_of_both(self):
        kept, other = self._create_complaint(), self._create_complaint()
        for user in (self.rep, self.handler, self.sales_manager):
            self._assert_merge_refused(
                kept, other, f"{kept.name}: only a quality manager", f"{other.name}: only a quality manager", user=user,
            )
        for user in (self.worker, self.outsider):
            with self.assertRaises(AccessError):
                self._merge(kept, other, user=user)
        packing = self.env["quality.team"].create({"name": "Packing", "leader_id": self.handler.id, "company_id": self.company.id})
        (kept | other).sudo().team_id = packing
        self.env.flush_all()
        self._merge(kept, other, user=self.handler)
        self.assertEqual(other.merged_into_id, kept, "the leader of the team merges its complaints")

    def test_all_reasons_are_named_at_once(self):
        closed = self._move_to(self._create_complaint(), "closed")
        other = self._create_complaint(
            partner_id=self.env["res.partner"].create({"name": "Red Workshop", "is_company": True}).id, contact_id=False,
        )
        self._assert_merge_refused(
            closed, closed | other, "can't be merged with itself", "can't be the one that is kept", "different customers",
            "only a quality manager", user=self.rep,
        )

    def test_when_one_of_several_is_refused_none_is_merged(self):
        kept, good = self._create_complaint(), self._create_complaint()
        bad = self._create_complaint()
        self._cancel(bad)
        self._assert_merge_refused(kept, good | bad, f"{bad.name} is finished")
        self.assertEqual(good.state, "draft")

    def test_the_ledger_is_nobodys_to_write(self):
        kept, merged = self._create_complaint(), self._create_complaint()
        self._merge(kept, merged)
        for user in (self.rep, self.quality_manager, self.complaint_admin):
            merge = kept.merge_ids.with_user(user)
            self.assertTrue(merge.has_access("read") and merge.line_ids.has_access("read"))
            for record in (merge, merge.line_ids[:1]):
                with self.subTest(record._name, user=user.login):
                    self.assertFalse(record.has_access("write") or record.has_access("unlink"))
                    with self.assertRaises(AccessError):
                        record.create([{"complaint_id": kept.id}])
        self.assertFalse(kept.merge_ids.with_user(self.outsider).has_access("read"))
        self.assertFalse(self.env["quality.complaint.merge"].with_user(self.outsider).search([]))
        self.assertFalse(self.env["quality.complaint.merge.line"].with_user(self.outsider).search([]))


@tagged("post_install", "-at_install")
class TestMergeWizard(MergeCommon):
    def _open_wizard(self, complaints, user=None):
        wizard = self.env["quality.complaint.merge.wizard"].with_user(user or self.quality_manager)
        return Form(wizard.with_context(default_complaint_ids=complaints.ids))

    def test_the_one_that_most_was_done_about_is_proposed_and_may_be_changed(self):
        draft, advanced, reviewed = (self._create_complaint() for _each in range(3))
        self._move_to(advanced, "investigation")
        self._move_to(reviewed, "review")
        form = self._open_wizard(draft | advanced | reviewed)
        self.assertEqual(form.kept_id, advanced.with_env(form.kept_id.env))
        form.kept_id = reviewed
        action = form.save().action_confirm()
        self.assertEqual((action["res_model"], action["res_id"]), (reviewed._name, reviewed.id))
        self.assertEqual((draft | advanced).merged_into_id, reviewed)

    def test_of_equals_the_oldest_is_proposed(self):
        with self.at("2026-03-02 08:00:00"):
            late = self._create_complaint()
            early = self._create_complaint(date_received="2026-03-01 08:00:00")
        self.assertEqual(self._open_wizard(late | early).kept_id.id, early.id)

    def test_it_says_beforehand_why_not(self):
        kept, other = self._create_complaint(), self._create_complaint()
        self._cancel(other)
        form = self._open_wizard(kept | other)
        self.assertIn(f"{other.name} is finished", form.refusal)
        self.assertIn("Choose the complaints to merge", self._open_wizard(kept).refusal)
        with self.assertRefused("Choose the complaints to merge"):
            self._open_wizard(kept).save().action_confirm()

    def test_the_banner_opens_it_with_both(self):
        first, second = (self._create_complaint(subject="Screwdrivers arrived rusty") for _each in range(2))
        action = second.with_user(self.quality_manager).action_merge_likely_duplicate()
        self.assertEqual(set(action["context"]["default_complaint_ids"]), set((first | second).ids))
