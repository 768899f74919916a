from ast import literal_eval

from odoo import api, fields, models

# what a mail to the team becomes
ALIAS_MODELS = {"complaint": "quality.complaint", "inquiry": "quality.inquiry"}


class QualityTeam(models.Model):
    """Mail to the team's address becomes a complaint or an inquiry of the team."""

    _name = "quality.team"
    _inherit = ["quality.team", "mail.alias.mixin.optional"]

    alias_target = fields.Selection(
        [("complaint", "Complaints"), ("inquiry", "Inquiries")], "Mail Becomes", default="complaint", required=True,
    )
    alias_contact = fields.Selection(related="alias_id.alias_contact", readonly=False, string="Accept Mail From")

    @api.model_create_multi
    def create(self, vals_list):
        """What is blank of the address is the company's or core's to say."""
        return super().create([
            {name: value for name, value in vals.items() if name not in self.ALIAS_WRITEABLE_FIELDS or (value and vals.get("alias_name"))}
            for vals in vals_list
        ])

    def write(self, vals):
        self.check_access("write")
        result = super().write(vals)
        if "alias_target" in vals:
            for team in self.filtered("alias_id"):
                # an alias is nobody's to write; who may write the team decides
                team.alias_id.sudo().write(team._alias_get_creation_values())
        return result

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id(ALIAS_MODELS[self.alias_target or "complaint"])
        if self.id:
            values["alias_defaults"] = {**literal_eval(self.alias_defaults or "{}"), "team_id": self.id}
            if self.company_id and not self.alias_id:
                values["alias_domain_id"] = self.company_id.alias_domain_id.id
        return values
