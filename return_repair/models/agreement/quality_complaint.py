from odoo import fields, models


class QualityComplaint(models.Model):
    """The service agreements of the customer decide how fast a complaint is handled."""

    _inherit = "quality.complaint"

    def _get_agreements(self):
        """{complaint: the agreements that cover it}, on the day the customer told us."""
        Agreement = self.env["service.agreement"]
        covering = Agreement._find_covering({
            complaint: (
                complaint.company_id, complaint.partner_id,
                complaint.company_id._get_local_date(complaint.date_received or fields.Datetime.now()),
                [(line.product_id, line.lot_id) for line in complaint.line_ids],
            )
            for complaint in self
        })
        return {complaint: covering.get(complaint, Agreement) for complaint in self}

    def _get_policy_criteria(self):
        agreements = self._get_agreements()
        return {
            complaint: (*criteria, agreements[complaint].policy_ids)
            for complaint, criteria in super()._get_policy_criteria().items()
        }
