from odoo.addons.quality_complaint.tests.portal_common import PortalCommon

from .common import ReturnCommon


class ReturnPortalCommon(ReturnCommon, PortalCommon):
    """Customers with accounts of the portal, and an order of ten of which all left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_stock(cls.product, 1000)
        cls.sold = cls._create_shipped_order((cls.product, 10))

    def _get_url(self, order, suffix=""):
        return f"/my/returns/{order.id}{suffix}"

    def _get_filed(self):
        return self.env["return.order"].search([("channel", "=", "web"), ("company_id", "=", self.company.id)])
