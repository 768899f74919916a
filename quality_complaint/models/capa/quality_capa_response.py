from odoo import fields, models


class QualityCapaResponse(models.Model):
    """What somebody who carries out an action answered when it was proposed to him."""

    _name = "quality.capa.response"
    _description = "Answer to a Proposed Action"
    _inherit = ["quality.capa.part"]
    _order = "revision desc, id"

    revision = fields.Integer("Proposal No.", required=True, help="Which proposal of the action it answers.")
    user_id = fields.Many2one("res.users", "Who", required=True, index=True)
    answer = fields.Selection(
        [("pending", "Awaited"), ("accepted", "Accepted"), ("objected", "Objected"), ("lapsed", "Not Answered")],
        required=True, default="pending", index=True,
    )
    reason = fields.Text()
    date = fields.Datetime("When")

    _once = models.Constraint("UNIQUE (capa_id, user_id, revision)", "Each answers a proposal once.")
    _objection_has_reason = models.Constraint(
        "CHECK (answer != 'objected' OR TRIM(COALESCE(reason, '')) != '')", "An objection needs its reason.",
    )

    def _set_answer(self, answer, reason=False):
        # an answer is written by its button alone, which has checked whose it is
        self.sudo().write({"answer": answer, "reason": reason, "date": fields.Datetime.now()})
