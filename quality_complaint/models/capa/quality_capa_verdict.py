from odoo import fields, models

VERDICTS = [("effective", "Effective"), ("ineffective", "Not Effective"), ("inconclusive", "Inconclusive")]


class QualityCapaVerdict(models.Model):
    """Once said whether an action worked: by whom, why, and on which numbers. An earlier verdict stays beside a later one."""

    _name = "quality.capa.verdict"
    _description = "Verdict on an Action"
    _inherit = ["quality.capa.part"]
    _order = "capa_id, date desc, id desc"
    _rec_name = "verdict"

    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", "By", readonly=True, help="Empty: the system, because the complaint came back.")
    verdict = fields.Selection(VERDICTS, required=True, readonly=True)
    accepted = fields.Boolean("Accepted Without Proof", readonly=True)
    reason = fields.Text(required=True, readonly=True)
    date_done = fields.Datetime("Carried Out On", readonly=True)
    window_end = fields.Datetime("Observed Until", readonly=True)
    proposed_verdict = fields.Selection(VERDICTS, "Proposed", readonly=True, help="What the system proposed from the numbers.")
    proposal_note = fields.Text("Why It Was Proposed", readonly=True)
    observed_count = fields.Integer("Complaints", readonly=True)
    observed_exposure = fields.Float("Units Shipped", digits="Product Unit", readonly=True)
