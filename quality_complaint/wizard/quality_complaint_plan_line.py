from odoo import fields, models
from odoo.fields import Command

from ..models.capa.quality_capa import CAPA_TYPES


class QualityComplaintPlanLine(models.TransientModel):
    _name = "quality.complaint.plan.line"
    _description = "Usual Action to Propose"

    plan_id = fields.Many2one("quality.complaint.plan", required=True, ondelete="cascade")
    template_id = fields.Many2one("quality.capa.template")
    is_chosen = fields.Boolean("Plan It")
    is_planned = fields.Boolean("Already Planned")
    name = fields.Char("What Is to Be Done", required=True)
    capa_type = fields.Selection(CAPA_TYPES, "Kind", required=True)
    team_id = fields.Many2one("quality.team", "Responsible Team")
    user_id = fields.Many2one("res.users", "Owner", required=True, domain="[('share', '=', False)]")
    participant_ids = fields.Many2many("res.users", string="Other Participants", domain="[('share', '=', False)]")
    date_deadline = fields.Datetime("Deadline", required=True)

    def _prepare_capa_values(self):
        self.ensure_one()
        return {
            "complaint_id": self.plan_id.complaint_id.id, "template_id": self.template_id.id, "name": self.name,
            "capa_type": self.capa_type, "team_id": self.team_id.id, "user_id": self.user_id.id,
            "participant_ids": [Command.set(self.participant_ids.ids)], "date_deadline": self.date_deadline,
        }
