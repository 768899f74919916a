from odoo import fields, models


class QualityComplaintTransfer(models.Model):
    """A complaint went from one team to another, and why. Kept for ever; only «Transfer» makes one."""

    _name = "quality.complaint.transfer"
    _description = "Transfer of a Complaint"
    _inherit = ["quality.complaint.part"]
    _order = "complaint_id, id desc"
    _rec_name = "reason"

    create_uid = fields.Many2one("res.users", "Transferred By", readonly=True)
    create_date = fields.Datetime("Transferred On", readonly=True)
    from_team_id = fields.Many2one("quality.team", "From", ondelete="restrict", index=True)
    to_team_id = fields.Many2one("quality.team", "To", required=True, ondelete="restrict", index=True)
    from_handler_id = fields.Many2one("res.users", "Handler Before", ondelete="restrict")
    to_handler_id = fields.Many2one("res.users", "Handler After", ondelete="restrict", help="Empty: the team's leader.")
    reason = fields.Text(required=True)
