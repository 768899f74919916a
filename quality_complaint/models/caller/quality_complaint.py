from odoo import models

from ...tools.phone_number import get_phone_keys_sql


class QualityComplaint(models.Model):
    _inherit = "quality.complaint"

    _phone_keys = models.Index(f"USING gin ({get_phone_keys_sql('partner_phone')}) WHERE partner_phone IS NOT NULL")
