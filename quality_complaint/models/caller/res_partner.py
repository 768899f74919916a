from odoo import models
from odoo.modules.db import FunctionStatus

from ...tools.phone_number import get_phone_keys_sql


def _get_name_index(registry):
    """As core makes trigram indexes; the name has another one already, that sorts."""
    if not registry.has_trigram or registry.has_unaccent == FunctionStatus.PRESENT:
        return ""
    return f"USING gin ({registry.unaccent('name')} gin_trgm_ops)"


class ResPartner(models.Model):
    _inherit = "res.partner"

    # who calls, and whose name is typed, is asked among millions
    _phone_keys = models.Index(f"USING gin ({get_phone_keys_sql('phone')}) WHERE phone IS NOT NULL")
    _name_parts = models.Index(_get_name_index)
