from odoo import models


class ReturnOrder(models.Model):
    """What must be there before a return may go to a state: `_get_gaps_<state>`, each a list of sentences that names all that
    is missing. Extended by what gives the states more to wait for."""

    _inherit = "return.order"

    def _get_gaps_decision(self):
        gaps = self._get_content_gaps()
        if self.team_id and not self.team_id.leader_id:
            gaps.append(self.env._("A leader of team «%s», who decides, or another team", self.team_id.name))
        return gaps

    def _get_content_gaps(self):
        """What those who decide need to know."""
        gaps = []
        if not self.line_ids:
            gaps.append(self.env._("The products that come back"))
        if not self.reason_id:
            gaps.append(self.env._("The reason"))
        if not self.team_id:
            gaps.append(self.env._("The responsible team"))
        return gaps + self._get_pickup_gaps() + self._get_coordination_gaps() + self.line_ids._get_source_gaps()

    def _get_gaps_approved(self):
        """What the customer gets for each product is part of the decision."""
        gaps = self._get_content_gaps() + self.line_ids._get_resolution_gaps()
        if self.line_ids and all(line.resolution == "reject" for line in self.line_ids):
            gaps.append(self.env._("A product that is accepted: where none is, refuse the return"))
        return gaps

    def _get_gaps_receiving(self):
        return self._get_gaps_approved() + self._get_pickup_time_gaps()

    def _get_gaps_inspection(self):
        """What is waited for before all has come. Extended by the receipts."""
        return []

    def _get_gaps_processing(self):
        """What the inspection has to say. Extended by it."""
        return []

    def _get_gaps_done(self):
        if self.state == "decision":
            return [] if self.verdict == "refused" else [self.env._("The decision that the return is refused")]
        return []

    def _get_gaps_cancel(self):
        return [] if self.cancel_reason else [self.env._("The reason it is cancelled")]
