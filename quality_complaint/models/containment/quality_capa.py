from odoo import fields, models


class QualityCapa(models.Model):
    _inherit = "quality.capa"

    lot_id = fields.Many2one(
        "stock.lot", "Lot to Block", readonly=True, copy=False, check_company=True, ondelete="restrict", index="btree_not_null",
        help="Its goods in own stock are what this action is about.",
    )

    # once it is done or cancelled, more of the lot may turn up
    _lot_once = models.UniqueIndex(
        "(complaint_id, lot_id) WHERE lot_id IS NOT NULL AND state IN ('draft', 'proposed', 'open')",
        "There is an action for this lot in own stock already. Open the list again.",
    )
