from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...tools.access import check_rest, check_wholes
from .delivery_followup_point import POINT_KINDS

# all else of a point is as it was asked when the delivery left
ANSWER_FIELDS = {"answer", "note", "attachment_ids"}


class DeliveryFollowupCheck(models.Model):
    """One point of one delivery, and what the customer answered. Access to it is access to the follow-up."""

    _name = "delivery.followup.check"
    _description = "Checked Point of a Delivery"
    _inherit = ["quality.about.mixin", "quality.group.mixin"]
    _order = "followup_id, sequence, id"

    followup_id = fields.Many2one("delivery.followup", "Delivery Follow-up", required=True, readonly=True, ondelete="cascade", index=True)
    point_id = fields.Many2one("delivery.followup.point", "Check Point", required=True, readonly=True, ondelete="restrict", index=True)
    name = fields.Char("Question", required=True, readonly=True)
    help = fields.Char("What to Ask", readonly=True)
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(POINT_KINDS, required=True, readonly=True)
    photo_required = fields.Boolean("Photo if Not OK", readonly=True)

    answer = fields.Selection([("ok", "OK"), ("not_ok", "Not OK")], help="Empty: not asked yet.")
    note = fields.Text("What Was Wrong")
    attachment_ids = fields.Many2many("ir.attachment", string="Photos", bypass_search_access=True)
    photo_count = fields.Integer("Number of Photos", compute="_compute_photo_count")
    state = fields.Selection(related="followup_id.state")

    # what the statistics count by
    company_id = fields.Many2one(related="followup_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="followup_id.partner_id", store=True)
    carrier_id = fields.Many2one(related="followup_id.carrier_id", store=True)
    user_id = fields.Many2one(related="followup_id.user_id", store=True)
    sales_team_id = fields.Many2one(related="followup_id.sales_team_id", store=True)
    date_shipped = fields.Datetime(related="followup_id.date_shipped", store=True)
    ok_rate = fields.Float("OK (%)", compute="_compute_ok_rate", store=True, aggregator="avg", help="Of the points that were answered.")

    _point_once = models.Constraint("UNIQUE (followup_id, point_id)", "Each point is asked once about a delivery.")
    _answered = models.Index("(company_id, date_shipped) WHERE answer IS NOT NULL")

    @api.depends("answer")
    def _compute_ok_rate(self):
        for check in self:
            check.ok_rate = 1 if check.answer == "ok" else 0

    @api.depends("attachment_ids")
    def _compute_photo_count(self):
        for check in self:
            check.photo_count = len(check.attachment_ids)

    @api.constrains("answer", "note", "attachment_ids")
    def _check_not_ok(self):
        """What is not OK says why, and shows it where that is asked for."""
        problems = []
        for check in self.filtered(lambda check: check.answer == "not_ok"):
            if not (check.note or "").strip():
                problems.append(self.env._("Write what was wrong: %s", check.name))
            if check.photo_required and not check.attachment_ids:
                problems.append(self.env._("Add a photo: %s", check.name))
        if problems:
            raise ValidationError("\n".join(problems))

    # ------------------------------------------------------------ access
    @api.model
    def _get_about_fields(self):
        return ["followup_id"]

    def _check_access(self, operation):
        """Who may change the follow-up may answer its points."""
        refused = super()._check_access(operation)
        if operation == "read":
            return refused
        return check_rest(self, refused, lambda rest: check_wholes(rest, "followup_id", operation))

    # ------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        checks = super().create(vals_list)
        checks._own_attachments()
        return checks

    def write(self, vals):
        """The last answer ends the follow-up."""
        if not self.env.su:
            self._check_may_write(vals)
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_attachments()
        if "answer" in vals:
            self.followup_id._finish_answered()
        return result

    def _check_may_write(self, vals):
        if forbidden := vals.keys() - ANSWER_FIELDS:
            labels = self.fields_get(sorted(forbidden), ["string"])
            raise AccessError(self.env._(
                "The points of a delivery stay as they were when it left: %s", ", ".join(label["string"] for label in labels.values()),
            ))
        if over := self.followup_id.filtered(lambda followup: followup.state != "open"):
            raise UserError(self.env._("What was asked stays as it is. Reopen it to change it:\n%s", "\n".join(over.mapped("name"))))

    def _own_attachments(self):
        """Who may read the follow-up may see its photos."""
        for check in self:
            check.attachment_ids.filtered(lambda file: not file.res_id or file.res_model == check._name).write(
                {"res_model": check.followup_id._name, "res_id": check.followup_id.id},
            )

    # ------------------------------------------------------------ moves
    def action_ok(self):
        """OK, or not asked yet if it was OK."""
        for answer, checks in self.grouped("answer").items():
            checks.answer = False if answer == "ok" else "ok"

    def action_not_ok(self):
        """Ask what was wrong."""
        self.ensure_one()
        return {**self._get_records_action(name=self.name), "target": "new"}

    def action_confirm_not_ok(self):
        """Called with what was wrong written."""
        self.answer = "not_ok"
