from odoo.fields import Command

from .test_return_refund import ReturnRefundCommon

SIGNATURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class QuotationCommon(ReturnRefundCommon):
    """A return of two products, the first out of warranty, the second in it, and repairs of them as the warehouse opens them:
    those that the inspection has opened are deleted.

    A blade costs 30, an hour of labour 60, the inspection 25; 10 % taxes are added.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        taxes = [Command.set(cls.tax.ids)]
        cls.product.warranty_duration = 12
        cls.lasting = cls._create_product("Torque wrench", warranty_duration=100, warranty_unit="year")
        cls.blade = cls._create_product("Blade", list_price=30, taxes_id=taxes, invoice_policy="delivery")
        for product in (cls.lasting, cls.blade):
            cls._add_stock(product, 1000)
        cls.labour = cls._create_service("Labour", 60)
        cls.fee = cls._create_service("Inspection", 25, invoice_policy="order")
        cls.company.write({"repair_labour_product_id": cls.labour.id, "repair_fee_product_id": cls.fee.id})
        cls.sold = cls._create_order((cls.product, 10), (cls.lasting, 10))
        cls._deliver(cls.sold).move_ids.date = "2020-01-15 10:00:00"
        cls.request = cls._create_return(line_ids=[
            cls._get_line(resolution="repair", note="Does not cut", quantity=4), cls._get_line(cls.lasting, resolution="repair", quantity=4),
        ])
        cls._move_return(cls.request, "processing")
        cls.request.sudo().repair_ids.state = "cancel"  # each test opens its own, for single pieces
        cls.outside, cls.inside = cls.request.line_ids
        cls.env.flush_all()

    @classmethod
    def _create_service(cls, name, price, **values):
        return cls.env["product.product"].create({
            "name": name, "type": "service", "list_price": price, "invoice_policy": "delivery", "taxes_id": [Command.set(cls.tax.ids)], **values,
        })

    @classmethod
    def _create_repair(cls, line, blades=1, hours=2, **values):
        """A repair order as the return makes it, of :attr:`stock_user`."""
        repair = cls.env["repair.order"].with_user(cls.stock_user).with_company(cls.company).sudo().create({
            "return_line_id": line.id, "product_id": line.product_id.id, "partner_id": cls.customer.id, "labour_hours": hours, **values,
        }).sudo(False)
        if blades:
            cls._add_part(repair, blades)
        return repair

    @classmethod
    def _add_part(cls, repair, quantity=1):
        repair.move_ids = [Command.create({
            "product_id": cls.blade.id, "product_uom_qty": quantity, "repair_line_type": "add", "company_id": cls.company.id,
        })]

    @classmethod
    def _quote(cls, repair):
        """The sent quotation of a repair, for :attr:`rep`."""
        repair.action_create_sale_order()
        order = repair.sale_order_id.with_user(cls.rep)
        cls._send(order, "action_quotation_send")
        return order

    @classmethod
    def _repair(cls, repair):
        """Do the work, with the parts that were planned."""
        repair._action_repair_confirm()
        repair.action_repair_start()
        for move in repair.move_ids:
            move.quantity = move.product_uom_qty
        repair.action_repair_end()

    def _refuse(self, orders, user=None, **values):
        self.env["repair.quotation.refusal"].with_user(user or self.rep).create({
            "order_ids": [Command.set(orders.ids)], "reason": "A new one costs less", **values,
        }).action_confirm()
        self.env.invalidate_all()
