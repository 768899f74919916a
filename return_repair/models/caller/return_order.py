from odoo import models

from odoo.addons.quality_complaint.tools.phone_number import get_phone_keys_sql


class ReturnOrder(models.Model):
    _inherit = "return.order"

    # who calls is asked among all that was written down
    _phone_keys = models.Index(f"USING gin ({get_phone_keys_sql('partner_phone')}) WHERE partner_phone IS NOT NULL")
