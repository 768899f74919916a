from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import is_html_empty


class QualityComplaintDemand(models.Model):
    """One thing the customer asks for, and our answer to it."""

    _name = "quality.complaint.demand"
    _description = "Customer Demand"
    _inherit = ["quality.complaint.part"]
    _order = "complaint_id, sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Text("Demand", required=True)
    answer = fields.Text()
    outcome = fields.Selection(
        [("granted", "Granted"), ("partly", "Partly Granted"), ("refused", "Refused")],
        help="What the customer gets of what he asked for.",
    )

    def _filter_open(self):
        """Demands the customer has no answer to yet."""
        return self.filtered(lambda demand: not (demand.answer or "").strip() or not demand.outcome)

    @api.constrains("name")
    def _check_name(self):
        if any(is_html_empty(demand.name) for demand in self):
            raise ValidationError(self.env._("A demand is empty. Write what the customer asks for, or remove the row."))
