from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _create_repair_sale_order_line(self):
        of_returns = self.filtered("repair_id.return_line_id")
        super(StockMove, self - of_returns)._create_repair_sale_order_line()
        # who repairs need not be allowed to sell; the customer accepts what is added
        super(StockMove, of_returns.sudo())._create_repair_sale_order_line()
        of_returns.repair_id._schedule_quotation_steps()

    def _clean_repair_sale_order_line(self):
        with self.repair_id._unlock_quotations():
            super()._clean_repair_sale_order_line()
        self.repair_id._schedule_quotation_steps()

    def _update_repair_sale_order_line(self):
        with self.repair_id._unlock_quotations():
            super()._update_repair_sale_order_line()
        self.repair_id._schedule_quotation_steps()
