from datetime import date

from odoo import api, models

from odoo.addons.quality_complaint.models.complaint.warranty_mixin import get_warranty_end_date


class ServiceAgreement(models.Model):
    """Whom and what an agreement covers on a day, and how long it makes a warranty."""

    _inherit = "service.agreement"

    @api.model
    def _find_covering(self, claims):
        """The agreements that cover each claim, whatever has become of them since: {key: agreements}.

        :param dict claims: {key: (company, customer, day, [(product, lot)])}; without goods, only what covers all goods counts
        """
        claims = {key: claim for key, claim in claims.items() if claim[1]}
        if not claims:
            return {}
        companies, customers, days, _goods = zip(*claims.values(), strict=True)
        # everybody's cases are covered, also of those who may not read agreements
        agreements = self.sudo().search([
            ("company_id", "in", [company.id for company in companies]),
            ("commercial_partner_id", "in", list({customer.commercial_partner_id._origin.id for customer in customers})),
            ("date_from", "<=", max(days)), ("date_last", ">=", min(days)),
        ])
        of_parties = agreements.grouped(lambda agreement: (agreement.company_id, agreement.commercial_partner_id))
        return {
            key: of_parties.get((company, customer.commercial_partner_id._origin), agreements.browse()).filtered(
                lambda agreement, day=day, goods=goods: agreement._covers(day, goods),
            )
            for key, (company, customer, day, goods) in claims.items()
        }

    def _covers(self, day, goods):
        """True where it counts on that day for one of the (product, lot) at least. First and last day are inside."""
        self.ensure_one()
        if not (self.date_last and self.date_from <= day <= self.date_last):
            return False
        everything = not (self.product_ids or self.categ_ids or self.lot_ids)
        return everything or any(self._covers_good(product, lot) for product, lot in goods)

    def _covers_good(self, product, lot):
        if lots := self.lot_ids.filtered(lambda covered: covered.product_id == product):
            return lot in lots
        path = product.categ_id.parent_path or ""
        return product in self.product_ids or any(path.startswith(category.parent_path) for category in self.categ_ids)

    # ------------------------------------------------------------ warranty
    def _get_warranty_end_date(self, start, duration, unit):
        """The last day of the warranty of what was delivered on that day with those terms; False where it can't be known.

        :param date start: may be False
        """
        self.ensure_one()
        if self.warranty_extension == "until_end":
            return self.date_to
        by_terms = get_warranty_end_date(start, duration, unit) or start
        return get_warranty_end_date(by_terms, self.extension_duration, self.extension_unit)

    def _choose_for_warranty(self, start, duration, unit, claimed):
        """The one of these agreements that gives the customer more than the terms alone, or an empty recordset.

        Better is what holds on the day of the claim, then what pays for parts and labour both, then what lasts longer.
        """
        def rank(end, covered):
            return bool(end and claimed <= end), covered, end or date.min

        best, best_rank = self.browse(), rank(get_warranty_end_date(start, duration, unit), 2 if duration else 0)
        for agreement in self.filtered(lambda agreement: agreement.warranty_extension != "none"):
            of_agreement = rank(
                agreement._get_warranty_end_date(start, duration, unit), agreement.covers_parts + agreement.covers_labour,
            )
            if of_agreement > best_rank:
                best, best_rank = agreement, of_agreement
        return best

    def _get_cover_label(self):
        """What is free in repairs, in words."""
        self.ensure_one()
        if self.covers_parts and self.covers_labour:
            return self.env._("parts and labour are free")
        return self.env._("parts are free") if self.covers_parts else self.env._("labour is free")
