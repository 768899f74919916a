from odoo import api, fields, models
from odoo.tools import format_date


class QualityDeliveredMixin(models.AbstractModel):
    """A service agreement of the customer may promise more than the terms of the product. It is kept as it was on the day of
    the claim: what becomes of the agreement later changes nothing.
    """

    _inherit = "quality.delivered.mixin"

    warranty_agreement_id = fields.Many2one(
        "service.agreement", "Warranty By Agreement", compute="_compute_warranty_agreement_id", store=True, index="btree_not_null",
        ondelete="restrict", help="The service agreement that gives the customer more than the terms of the product.",
    )
    covers_parts = fields.Boolean(
        "Parts Are Free", compute="_compute_covers", help="In warranty, and the service agreement that decided it, if any, pays for parts.",
    )
    covers_labour = fields.Boolean(
        "Labour Is Free", compute="_compute_covers", help="In warranty, and the service agreement that decided it, if any, pays for labour.",
    )

    def _get_claim(self):
        """(company, customer, day, goods) as of `service.agreement._find_covering`."""
        self.ensure_one()
        return self.company_id, self.partner_id, self._get_warranty_claim_date(), [(self.product_id, self.lot_id)]

    @api.depends("company_id", "partner_id", "product_id", "lot_id", "delivery_date", "warranty_duration", "warranty_unit")
    def _compute_warranty_agreement_id(self):
        Agreement = self.env["service.agreement"]
        covering = Agreement._find_covering({line: line._get_claim() for line in self})
        for line in self:
            line.warranty_agreement_id = covering.get(line, Agreement)._choose_for_warranty(
                line._get_warranty_start(), line.warranty_duration, line.warranty_unit, line._get_warranty_claim_date(),
            )

    @api.depends("warranty_agreement_id")
    def _compute_warranty_end_date(self):
        super()._compute_warranty_end_date()
        for line in self.filtered("warranty_agreement_id"):
            line.warranty_end_date = line.sudo().warranty_agreement_id._get_warranty_end_date(  # see `_find_covering`
                line._get_warranty_start(), line.warranty_duration, line.warranty_unit,
            )

    def _has_warranty(self):
        return super()._has_warranty() or bool(self.warranty_agreement_id)

    @api.depends("warranty_state", "warranty_agreement_id")
    def _compute_covers(self):
        for line in self:
            held, agreement = line.warranty_state == "in", line.sudo().warranty_agreement_id  # see `_find_covering`
            line.covers_parts = held and (not agreement or agreement.covers_parts)
            line.covers_labour = held and (not agreement or agreement.covers_labour)

    @api.depends("warranty_agreement_id", "warranty_end_date")
    def _compute_warranty_rule(self):
        super()._compute_warranty_rule()
        for line in self.filtered("warranty_agreement_id"):
            agreement = line.sudo().warranty_agreement_id  # see `_find_covering`
            line.warranty_rule = self.env._(
                "service agreement %(agreement)s, until %(day)s: %(cover)s", agreement=agreement.display_name,
                day=format_date(self.env, line.warranty_end_date) or "?", cover=agreement._get_cover_label(),
            )
