from odoo import api, fields, models


class QualityCaller(models.AbstractModel):
    """Who answers a call sees the warranty that the customer's service agreements promise today."""

    _inherit = "quality.caller"

    @api.model
    def _get_warranty_end_dates(self, customer, delivered):
        ends = super()._get_warranty_end_dates(customer, delivered)
        now = fields.Datetime.now()
        covering = self.env["service.agreement"]._find_covering({
            goods: (line.company_id, customer, line.company_id._get_local_date(now), [goods]) for goods, line in delivered.items()
        })
        for goods, agreements in covering.items():
            company, (product, _lot) = delivered[goods].company_id, goods
            duration, unit, _source = product.product_tmpl_id._get_warranty_terms()
            terms = company._get_local_date(delivered[goods].date), duration, unit
            if best := agreements._choose_for_warranty(*terms, company._get_local_date(now)):
                ends[goods] = best._get_warranty_end_date(*terms)
        return ends
