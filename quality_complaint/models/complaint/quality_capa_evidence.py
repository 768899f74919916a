from odoo import fields, models


class QualityCapaEvidence(models.Model):
    """A complaint that shows that what an action was to remove came back; each counts once for each action."""

    _name = "quality.capa.evidence"
    _description = "Recurrence"
    _inherit = ["quality.capa.part"]
    _order = "capa_id, date desc, id desc"
    _rec_name = "complaint_id"

    complaint_id = fields.Many2one("quality.complaint", required=True, readonly=True, ondelete="restrict", index=True)
    date = fields.Datetime("Found On", required=True, readonly=True, default=fields.Datetime.now)
    date_received = fields.Datetime(related="complaint_id.date_received")
    partner_id = fields.Many2one(related="complaint_id.partner_id")

    _once = models.Constraint("UNIQUE (capa_id, complaint_id)", "This complaint counts as a recurrence of that action already.")
