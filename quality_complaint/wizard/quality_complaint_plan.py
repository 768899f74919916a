from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class QualityComplaintPlan(models.TransientModel):
    """The usual actions of a complaint's type, with owner and deadline, to be ticked off."""

    _name = "quality.complaint.plan"
    _description = "Propose Usual Actions"

    complaint_id = fields.Many2one("quality.complaint", required=True)
    line_ids = fields.One2many("quality.complaint.plan.line", "plan_id", "Actions", compute="_compute_line_ids", store=True, readonly=False)

    @api.depends("complaint_id")
    def _compute_line_ids(self):
        for plan in self:
            complaint = plan.complaint_id
            # the settings are not everybody's to read
            templates = complaint.sudo().type_id.capa_template_ids
            planned = plan._get_planned_templates()
            plan.line_ids = [Command.clear(), *(
                Command.create({
                    **template._prepare_action_values(complaint.sudo()),
                    "is_planned": template in planned, "is_chosen": template not in planned,
                })
                for template in templates
            )]

    def _get_planned_templates(self):
        """Those that were planned in this round already and not cancelled."""
        complaint = self.complaint_id.sudo()
        return complaint.capa_ids.filtered(lambda capa: capa.round == complaint.round and capa.state != "cancel").template_id

    def action_confirm(self):
        """Plan the ticked ones; nothing twice, unless it was shown as planned and ticked all the same."""
        self.ensure_one()
        chosen = self.line_ids.filtered("is_chosen")
        twice = chosen.filtered(lambda line: not line.is_planned and line.template_id in self._get_planned_templates())
        if twice:
            raise UserError(self.env._("Planned in the meantime:\n%s", "\n".join(twice.mapped("name"))))
        self.env["quality.capa"].create([line._prepare_capa_values() for line in chosen])
        return {"type": "ir.actions.act_window_close"}
