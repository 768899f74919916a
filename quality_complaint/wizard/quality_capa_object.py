from odoo import fields, models


class QualityCapaObject(models.TransientModel):
    _name = "quality.capa.object"
    _description = "Object to an Action"

    capa_ids = fields.Many2many("quality.capa", string="Actions", required=True)
    reason = fields.Text("Why", required=True)

    def action_confirm(self):
        self.capa_ids._object(self.reason)
