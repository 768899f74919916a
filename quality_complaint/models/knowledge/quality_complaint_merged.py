import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools.json import json_default

from ..capa.quality_capa import UNFINISHED_STATES
from ..complaint.quality_complaint import FINISHED_STATES
from ..complaint.quality_complaint_workflow import ACTIVITY_TYPE

# the further a complaint is, the more there is to keep
PROGRESS = ("draft", "review", "investigation", "reply", "follow_up")


class QualityComplaint(models.Model):
    """The same matter, filed twice: one complaint is kept, what belongs to the other comes along.

    The other ends as cancelled; its number stays in the register, and undoing the merge brings all of it back.
    """

    _inherit = "quality.complaint"

    merge_ids = fields.One2many("quality.complaint.merge", "complaint_id", "Merged into This", copy=False)
    merged_into_ids = fields.One2many("quality.complaint.merge", "merged_id", "Merges of This", copy=False)
    merged_into_id = fields.Many2one(
        "quality.complaint", compute="_compute_merged_into_id", search="_search_merged_into_id", compute_sudo=True,
    )

    @api.depends("merged_into_ids.undone_on")
    def _compute_merged_into_id(self):
        for complaint in self:
            complaint.merged_into_id = complaint.merged_into_ids.filtered(lambda merge: not merge.undone_on).complaint_id

    @api.model
    def _search_merged_into_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        standing = Domain("undone_on", "=", False)
        kept = [kept_id for kept_id in value if kept_id]
        domain = Domain("merged_into_ids", "any", standing & Domain("complaint_id", "in", kept))
        return domain | ~Domain("merged_into_ids", "any", standing) if False in value else domain

    # ------------------------------------------------------------ rules
    def _get_move_refusal(self, target, button=None):
        """A merged complaint has nothing left to handle: only undoing the merge, in sudo, brings it back to any state."""
        if self.state == "cancel" and self.merged_into_id:
            return False if self.env.su else self.env._(
                "%(complaint)s was merged into %(kept)s. Undo the merge to bring it back.",
                complaint=self.name, kept=self.sudo().merged_into_id.name,
            )
        return super()._get_move_refusal(target, button)

    def _get_gaps(self, target):
        """It goes back to where it was, as it was."""
        return [] if self.state == "cancel" and self.merged_into_id else super()._get_gaps(target)

    def _get_merge_right_refusals(self):
        return [
            self.env._("%s: only a quality manager or the leader of its team merges complaints.", complaint.sudo().name)
            for complaint in self
            if not (complaint.has_access("write") and complaint._has_role("manager"))
        ]

    def _get_merge_refusals(self, kept):
        """All that keeps this user from merging these complaints into the kept one: a list of sentences."""
        if not self:
            return [self.env._("Choose the complaints to merge into %s.", kept.name)]
        refusals = (self | kept)._get_merge_right_refusals()
        if kept in self:
            refusals.append(self.env._("%s can't be merged with itself.", kept.name))
        if kept.state in FINISHED_STATES:
            refusals.append(self.env._("%s is finished and can't be the one that is kept.", kept.name))
        for complaint in (self - kept).sudo():
            names = {"complaint": complaint.name, "kept": kept.name}
            if complaint.company_id != kept.company_id:
                refusals.append(self.env._("%(complaint)s and %(kept)s are of different companies.", **names))
            if complaint.commercial_partner_id != kept.commercial_partner_id:
                refusals.append(self.env._("%(complaint)s and %(kept)s are of different customers. Link them instead.", **names))
            if complaint.merged_into_id:
                refusals.append(self.env._(
                    "%(complaint)s is merged into %(other)s already.", other=complaint.merged_into_id.name, **names,
                ))
            elif complaint.state in FINISHED_STATES:
                refusals.append(self.env._("%(complaint)s is finished. Reopen it first, or link the two.", **names))
            if complaint.child_ids and kept.sudo().parent_id:
                refusals.append(self.env._(
                    "%(complaint)s heads a containment, and %(kept)s is part of that of %(parent)s. Link them instead.",
                    parent=kept.sudo().parent_id.name, **names,
                ))
        return refusals

    # ------------------------------------------------------------ merging
    def action_merge(self):
        """The window that asks which one of these is kept."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge Complaints"),
            "res_model": "quality.complaint.merge.wizard",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_complaint_ids": self.ids},
        }

    def action_merge_likely_duplicate(self):
        self.ensure_one()
        return (self | self.likely_duplicate_id).action_merge()

    def action_undo_merge(self):
        # who may not read the kept one is told so by the undoing
        merges = self.sudo().merged_into_ids.filtered(lambda merge: not merge.undone_on).with_env(self.env)
        merges.action_undo()

    def _get_complaint_to_keep(self):
        """The one that most was done about, of those the oldest."""
        return self.sorted(lambda complaint: (
            -PROGRESS.index(complaint.state) if complaint.state in PROGRESS else 1, complaint.date_received, complaint.id,
        ))[:1]

    def _merge_into(self, kept):
        """Bring what belongs to these complaints to the kept one, and cancel them as its duplicates."""
        kept.ensure_one()
        (self | kept).check_access("read")
        if refusals := self._get_merge_refusals(kept):
            raise UserError("\n".join(refusals))
        kept.lock_for_update(allow_referencing=True)
        for complaint in self:
            moved = complaint._move_parts_to(kept)
            laid_down = complaint._cancel_as_merged(kept)
            self.env["quality.complaint.merge"].sudo().create({  # the ledger is nobody's to write
                "complaint_id": kept.id,
                "merged_id": complaint.id,
                "line_ids": [
                    Command.create({"complaint_id": kept.id, "model": record._name, "res_id": record.id, "undo_values": values})
                    for record, values in moved + laid_down
                ],
            })
            kept._message_log(body=self.env._("%s was merged into this one.", complaint._get_html_link()))
            complaint._message_log(body=self.env._("Merged into %s.", kept._get_html_link()))
            complaint._notify_users(
                (complaint.user_id | complaint.handler_id) - self.env.user,
                lambda merged: (
                    merged.env._("%(complaint)s was merged into %(kept)s", complaint=merged.name, kept=kept.display_name),
                    merged.env._("It is about the same matter, and goes on there."),
                ),
            )
        self.env.invalidate_all()

    def _move_parts_to(self, kept):
        """A list of (record, values that bring it back)."""
        self.ensure_one()
        moved = []
        # the manager merges complaints; their messages, actions and activities may be others'
        for records, values, undo_values in self.sudo()._prepare_merge_moves(kept.sudo()):
            records.write(values)
            records.flush_recordset(values)  # a place is left before another takes it
            moved += [(record, undo_values) for record in records]
        return moved

    def _cancel_as_merged(self, kept):
        """Whatever cancelling changes. A list as of `_move_parts_to`."""
        self.ensure_one()
        before = {record: _read_stored(record) for record in (self.sudo(), *self.sudo().milestone_ids, *self.sudo().pause_ids)}
        self._cancel("duplicate", self.env._("Merged into %s", kept.name))
        changes = []
        for record, values in before.items():
            after = _read_stored(record)
            # since when it stands there is set anew with each state, so it has to be written back with it
            if changed := {name: value for name, value in values.items() if value != after[name] or name == "date_state"}:
                changes.append((record, changed))
        return changes

    def _prepare_merge_moves(self, kept):
        """What comes along: a list of (records, values to write, values that bring each of them back).

        Extended by addons whose documents belong to a complaint.
        """
        self.ensure_one()
        to_kept, back = {"complaint_id": kept.id}, {"complaint_id": self.id}
        moves = [(self.demand_ids, to_kept, back), (self.assignment_ids, to_kept, back)]
        capas = self.capa_ids.filtered(lambda capa: capa.state != "cancel")
        # two people may be at work on one lot: both go on, and the kept one's is that of the lot
        planned = kept.capa_ids.filtered(lambda capa: capa.state in UNFINISHED_STATES).lot_id
        second = capas.filtered(lambda capa: capa.state in UNFINISHED_STATES and capa.lot_id & planned)
        moves.append((capas - second, to_kept, back))
        moves += [(capa, {**to_kept, "lot_id": False}, {**back, "lot_id": capa.lot_id.id}) for capa in second]
        moves += self._prepare_containment_moves(kept)
        for line in self.line_ids.filtered(lambda line: not kept._has_line_like(line)):
            # what depends on the complaint's order stays as it was found
            found = {
                "move_id": line.move_id.id, "sale_line_id": line.sale_line_id.id,
                "product_uom_id": line.product_uom_id.id, "delivery_date": line.delivery_date,
            }
            # of a delivery that is complained about without a lot there, these goods may be counted already
            counted = line._get_source() and kept.line_ids.filtered(
                lambda own, line=line: not own.lot_id and own._get_source() == line._get_source(),
            )
            without = {"move_id": False, "sale_line_id": False} if counted else {}
            moves.append((line, {**to_kept, **found, **without}, _to_json({**back, **found})))
        for document in self.document_ids.filtered("attachment_ids"):
            same = kept.document_ids.filtered(lambda row, kind=document.kind_id: row.kind_id == kind)
            if not same:
                moves.append((document, to_kept, back))
                continue
            files = document.attachment_ids
            new = files - same.attachment_ids
            link, unlink = ([*map(command, files.ids)] for command in (Command.link, Command.unlink))
            moves += [
                (same, {"attachment_ids": link}, {"attachment_ids": [*map(Command.unlink, new.ids)]}),
                (document, {"attachment_ids": unlink}, {"attachment_ids": link}),
            ]
        return moves + self._prepare_thread_moves(kept)

    def _prepare_containment_moves(self, kept):
        """As `_prepare_merge_moves`: the same-lot complaints below this one, and its own place below another."""
        moves = []
        if not kept.parent_id:
            # one complaint for each customer of a lot
            filed = kept.child_ids.mapped("contained_partner_key")
            children = self.child_ids.filtered(lambda child: child.contained_partner_key not in filed)
            moves.append((children, {"parent_id": kept.id}, {"parent_id": self.id}))
        if self.parent_id and self.parent_id != kept and not (kept.parent_id or kept.child_ids):
            place = {
                "parent_id": self.parent_id.id, "contained_partner_key": self.contained_partner_key, "customer_told_on": self.customer_told_on,
            }
            nowhere = dict.fromkeys(place, False)
            moves += [(self, nowhere, _to_json(place)), (kept, place, nowhere)]
        return moves

    def _has_line_like(self, line):
        """True where one of its lines is about the same goods and tells all that this one tells."""
        return any(
            own.product_id == line.product_id
            and (not line.lot_id or own.lot_id == line.lot_id)
            and (not line._get_source() or own._get_source() == line._get_source())
            for own in self.line_ids
        )

    def _prepare_thread_moves(self, kept):
        """As `_prepare_merge_moves`, of what was said, sent and planned. That it was recorded and changed stays told with it."""
        of_thread = Domain("res_id", "=", self.id)
        of_model = of_thread & Domain("model", "=", self._name)
        to_kept, back = {"res_id": kept.id}, {"res_id": self.id}
        step = self.env.ref(ACTIVITY_TYPE)
        messages = self.env["mail.message"].search(of_model & Domain("tracking_value_ids", "=", False), order="id")
        recorded = messages[:1].filtered(lambda log: log.message_type == "notification" and log.create_date == self.create_date)
        steps = self.activity_ids.filtered(lambda activity: activity.activity_type_id == step and activity.automated)
        return [
            (messages - recorded, to_kept, back),
            (self.env["ir.attachment"].search(of_thread & Domain("res_model", "=", self._name)), to_kept, back),
            (self.message_follower_ids.filtered(lambda row: row.partner_id not in kept.message_partner_ids), to_kept, back),
            (self.activity_ids - steps, to_kept, back),
            (steps, {"active": False}, {"active": True}),
        ]


def _read_stored(record):
    """The values that stand in the record's row and are not computed from others, as JSON can keep them."""
    names = [
        name for name, field in record._fields.items()
        if field.store and field.column_type and not field.compute and name not in models.MAGIC_COLUMNS
    ]
    return _to_json(record.read(names, load=None)[0])


def _to_json(values):
    return json.loads(json.dumps(values, default=json_default))
