from odoo import api, fields, models


class ReturnOrder(models.Model):
    """The service agreements of the customer decide how fast a return is decided and answered."""

    _inherit = "return.order"

    agreement_ids = fields.Many2many(
        "service.agreement", compute="_compute_agreement_ids", string="Service Agreements",
        groups="sales_team.group_sale_salesman,quality_complaint.group_handler",
        help="That cover one of its products at least on the day the customer asked, as far as you may see them.",
    )

    def _get_agreements(self):
        """{return: the agreements that cover it}, on the day the customer asked."""
        Agreement = self.env["service.agreement"]
        covering = Agreement._find_covering({
            order: (
                order.company_id, order.partner_id,
                order.company_id._get_local_date(order.date_requested or fields.Datetime.now()),
                [(line.product_id, line.lot_id) for line in order.line_ids],
            )
            for order in self
        })
        return {order: covering.get(order, Agreement) for order in self}

    @api.depends("partner_id", "company_id", "date_requested", "line_ids.product_id", "line_ids.lot_id")
    @api.depends_context("uid")
    def _compute_agreement_ids(self):
        agreements = self._get_agreements()
        for order in self:
            # they count for everybody's returns, but not everybody may read them
            order.agreement_ids = agreements[order].with_env(self.env)._filtered_access("read")

    def _get_promised_days(self):
        """What was agreed wins over the company's settings; of several agreements, the shortest time."""
        promised, agreements = super()._get_promised_days(), self._get_agreements()
        for order in self:
            for step, field in (("decision", "return_decision_days"), ("reply", "return_reply_days")):
                promised[order][step] = min(filter(None, agreements[order].mapped(field)), default=promised[order][step])
        return promised
