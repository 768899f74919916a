from odoo import api, fields, models

from ..models.capa.quality_capa_verdict import VERDICTS


class QualityCapaVerify(models.TransientModel):
    """The quality department says whether an action worked. What the numbers say stands beside it.

    Nothing here is read with more rights than the user has on the action.
    """

    _name = "quality.capa.verify"
    _description = "Verdict on an Action"

    capa_id = fields.Many2one("quality.capa", "Action", required=True, readonly=True)
    result = fields.Html(related="capa_id.result", related_sudo=False, string="What Was Actually Done")
    criterion = fields.Text(related="capa_id.criterion", related_sudo=False)
    is_counted = fields.Boolean(compute="_compute_is_counted")
    is_observed = fields.Boolean(compute="_compute_is_counted", help="The time of observation is not over.")
    observed_count = fields.Integer(related="capa_id.observed_count", related_sudo=False)
    observed_exposure = fields.Float(
        "Units Shipped Since", digits="Product Unit", compute="_compute_observed_exposure", compute_sudo=False, store=True, readonly=False,
        help="Change it where not all shipments are in Odoo.",
    )
    proposed_verdict = fields.Selection(VERDICTS, "The System Proposes", compute="_compute_proposal")
    proposal_note = fields.Text(compute="_compute_proposal")
    verdict = fields.Selection(VERDICTS, required=True)
    reason = fields.Text(required=True)
    accepted = fields.Boolean("Accept without Proof", help="It counts as done, and the record says that it is not proven.")
    again_on = fields.Date("Look Again On", help="Until then it is observed.")
    date_deadline = fields.Datetime(
        "To Be Done Again Until", compute="_compute_date_deadline", compute_sudo=False, store=True, readonly=False, help="Proposed: as long as it had at first.",
    )

    @api.depends("capa_id")
    def _compute_is_counted(self):
        for wizard in self:
            capa = wizard.capa_id
            wizard.is_counted = capa.window_days and capa._has_scope()
            wizard.is_observed = capa.window_end and capa.window_end > fields.Datetime.now()

    @api.depends("capa_id")
    def _compute_observed_exposure(self):
        for wizard in self:
            wizard.observed_exposure = wizard.capa_id.observed_exposure

    @api.depends("capa_id", "observed_exposure")
    def _compute_proposal(self):
        for wizard in self:
            wizard.proposed_verdict, wizard.proposal_note = wizard.capa_id._propose(
                wizard.capa_id.observed_count, wizard.observed_exposure,
            )

    @api.depends("capa_id")
    def _compute_date_deadline(self):
        for wizard in self:
            wizard.date_deadline = wizard.capa_id._get_next_deadline()

    def action_confirm(self):
        self.ensure_one()
        self.capa_id._give_verdict(
            self.verdict, self.reason,
            accepted=self.verdict == "inconclusive" and self.accepted, again_on=self.again_on, date_deadline=self.date_deadline,
            observed={
                "observed_exposure": self.observed_exposure,
                "proposed_verdict": self.proposed_verdict, "proposal_note": self.proposal_note,
            },
        )
