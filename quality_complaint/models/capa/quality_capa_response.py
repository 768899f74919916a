from odoo import api, fields, models
from odoo.fields import Domain


class QualityCapaResponse(models.Model):
    """What somebody who carries out an action answered when it was proposed to him. Nobody writes it but the buttons,
    and access to it is access to the action.
    """

    _name = "quality.capa.response"
    _description = "Answer to a Proposed Action"
    _order = "revision desc, id"

    capa_id = fields.Many2one("quality.capa", "Action", required=True, ondelete="cascade", index=True)
    revision = fields.Integer(required=True, help="Which proposal of the action it answers.")
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

    def _check_access(self, operation):
        refused = super()._check_access(operation)
        if refused or self.env.su or not any(self._ids):
            return refused
        refused = self.sudo().capa_id.with_env(self.env)._check_access("read" if operation == "read" else "write")
        if not refused:
            return None
        forbidden, make_error = refused
        return self.filtered(lambda response: response.sudo().capa_id.id in forbidden._ids), make_error

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access):
            domain = Domain(domain) & Domain("capa_id", "in", self.env["quality.capa"]._search([]))
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _set_answer(self, answer, reason=False):
        # an answer is written by its button alone, which has checked whose it is
        self.sudo().write({"answer": answer, "reason": reason, "date": fields.Datetime.now()})
