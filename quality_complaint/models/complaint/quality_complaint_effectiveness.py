from odoo import fields, models

from ..capa.quality_capa_verification import VERIFIED_TYPES

# approved: true, and its product known; and not found to be a duplicate or the like
APPROVED_STATES = ("investigation", "reply", "follow_up", "closed")


class QualityComplaint(models.Model):
    """Solving is not enough: closing asks that the root cause is removed and, by type, that this is proven; and a complaint
    that comes back reopens the action that was to prevent it.
    """

    _inherit = "quality.complaint"

    evidence_ids = fields.One2many("quality.capa.evidence", "complaint_id", "Shows That It Came Back", readonly=True)

    # ------------------------------------------------------------ gates
    def _get_gaps_closed(self):
        gaps = super()._get_gaps_closed()
        if self._skips_investigation():
            return gaps
        capas = self.capa_ids.filtered(lambda capa: capa.state != "cancel" and capa.capa_type in VERIFIED_TYPES)
        corrective = capas.filtered(lambda capa: capa.capa_type == "corrective")
        roots = self.cause_ids.filtered("is_root")
        if self.type_id.root_cause_required and roots and corrective and not corrective.cause_ids & roots:
            gaps.append(self.env._("A corrective action that says which root cause it removes"))
        if self.type_id.effectiveness_required:
            gaps.extend(
                self.env._("The action «%s» is not found effective yet", capa.name) if capa.state == "verify" or capa.verdict_ids
                else self.env._("The action «%s» was done without a verdict: reopen it, tick «Needs Verification», and do it again", capa.name)
                for capa in capas if capa.date_done and not capa._is_found_effective()
            )
        return gaps

    def _hand_over_step(self):
        super()._hand_over_step()
        self.sudo().capa_ids._ask_others()

    # ------------------------------------------------------------ recurrence
    def write(self, vals):
        result = super().write(vals)
        if "date_received" in vals:
            self._record_recurrences()
        return result

    def _move(self, target, button=None, **values):
        super()._move(target, button, **values)
        self._record_recurrences()

    def _record_recurrences(self):
        """Reopen the actions that these complaints show to have been ineffective. Doing it twice is harmless."""
        # whoever approves a complaint or names its cause need not know the actions that it speaks about
        approved = self.sudo().filtered(lambda complaint: complaint.state in APPROVED_STATES)
        if not approved:
            return
        Capa = self.env["quality.capa"].sudo()
        for capa in Capa.search(Capa._watching_domain(approved)):
            for complaint in approved.sorted("date_received"):
                # it may have been reopened by the one before
                if capa._is_recurrence(complaint):
                    capa._add_evidence(complaint)
