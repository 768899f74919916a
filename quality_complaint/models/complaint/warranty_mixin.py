from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

WARRANTY_UNITS = [("day", "Days"), ("week", "Weeks"), ("month", "Months"), ("year", "Years")]


def get_warranty_end_date(start, duration, unit):
    """The last day of a warranty that began on that day; False without one, or where the beginning is not known."""
    return start + relativedelta(**{f"{unit}s": duration}) if start and duration else False


class WarrantyMixin(models.AbstractModel):
    """The warranty rule for a delivered product.

    The warranty ends ``duration`` after the delivery, and its last day is still inside. The product's own
    terms win over its category's, the nearest category with terms over the ones above it. The terms are
    kept as they were when the delivery was looked up: changing a product later does not change what
    was promised.
    """

    _name = "warranty.mixin"
    _description = "Warranty"

    warranty_duration = fields.Integer(compute="_compute_warranty_terms", store=True)
    warranty_unit = fields.Selection(WARRANTY_UNITS, compute="_compute_warranty_terms", store=True)
    warranty_source = fields.Selection(
        [("product", "Product"), ("category", "Product Category")], compute="_compute_warranty_terms", store=True,
    )
    warranty_end_date = fields.Date("Warranty Until", compute="_compute_warranty_end_date", store=True)
    warranty_state = fields.Selection(
        [("in", "In Warranty"), ("out", "Out of Warranty"), ("unknown", "Delivery Unknown"), ("none", "No Warranty")],
        compute="_compute_warranty_state", store=True, string="Warranty",
        help="On the day the customer told us. No warranty: neither the product nor its category has terms.",
    )
    warranty_rule = fields.Char("Warranty Terms", compute="_compute_warranty_rule")

    def _get_warranty_product(self):
        """The ``product.product`` whose terms count."""
        raise NotImplementedError

    def _get_warranty_start(self):
        """The day the warranty begins: the delivery of that very lot, else of that order line. Or False."""
        raise NotImplementedError

    def _get_warranty_claim_date(self):
        """The day on which it is asked whether the warranty holds."""
        raise NotImplementedError

    # the fields the three methods above read; extended together with them
    def _compute_warranty_terms(self):
        for record in self:
            record.warranty_duration, record.warranty_unit, record.warranty_source = (
                record._get_warranty_product().product_tmpl_id._get_warranty_terms()
            )

    def _compute_warranty_end_date(self):
        for record in self:
            record.warranty_end_date = get_warranty_end_date(
                record._get_warranty_start(), record.warranty_duration, record.warranty_unit,
            )

    def _compute_warranty_state(self):
        for record in self:
            if record.warranty_end_date:
                claimed = record._get_warranty_claim_date()
                record.warranty_state = "in" if claimed <= record.warranty_end_date else "out"
            else:
                record.warranty_state = "unknown" if record._has_warranty() else "none"

    def _has_warranty(self):
        """True where a warranty was promised, also where its beginning is not known. Extended by what promises more than the terms."""
        self.ensure_one()
        return bool(self.warranty_duration)

    @api.depends("warranty_duration", "warranty_unit", "warranty_source")
    @api.depends_context("lang")
    def _compute_warranty_rule(self):
        units = dict(self._fields["warranty_unit"]._description_selection(self.env))
        sources = dict(self._fields["warranty_source"]._description_selection(self.env))
        for record in self:
            record.warranty_rule = self.env._(
                "%(duration)s %(unit)s (terms of the %(origin)s)",
                duration=record.warranty_duration, unit=units[record.warranty_unit],
                origin=sources[record.warranty_source],
            ) if record.warranty_duration else False
