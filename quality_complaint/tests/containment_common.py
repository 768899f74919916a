from .common import ComplaintCommon


class ContainmentCommon(ComplaintCommon):
    """A lot of saws that went to three customers, and a complaint of one of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._new_user("seller", "sales_team.group_sale_salesman")
        Partner = cls.env["res.partner"]
        cls.green = Partner.create({"name": "Green Garden", "is_company": True, "email": "green@garden.example", "user_id": cls.seller.id})
        cls.red = Partner.create({"name": "Red Roofs", "is_company": True, "email": "red@roofs.example"})
        cls.saw = cls._create_product("Saw", tracking="lot")
        cls.lot = cls._create_lot("S-1", cls.saw)

    @classmethod
    def _ship(cls, customer, quantity, lot=None, date=None, **line):
        """Sell and deliver that much of the lot to the customer."""
        lot = lot or cls.lot
        order = cls._create_order({"product_id": lot.product_id.id, "product_uom_qty": quantity, **line}, customer=customer)
        return cls._deliver(order, lots={lot.product_id: {lot: quantity}}, date=date)

    @classmethod
    def _ship_dozens(cls, customer, dozens):
        """The same, sold and moved in dozens."""
        cls.env["ir.config_parameter"].sudo().set_param("stock.propagate_uom", "1")
        dozen = cls.env.ref("uom.product_uom_dozen")
        dozen.active = True  # core ships it archived
        cls.saw.uom_ids = dozen
        return cls._ship(customer, dozens, product_uom_id=dozen.id)

    @classmethod
    def _complain(cls, picking, quantity=1, user=None):
        """A complaint about what a delivery brought, of the handler's team."""
        form = cls._open_action(user or cls.quality_manager, picking.with_user(cls.stock_user).action_file_complaint())
        form.subject = "The teeth break off"
        form.type_id = cls.complaint_type
        with form.line_ids.edit(0) as line:
            line.quantity = quantity
            line.defect = "Teeth missing"
        return form.save().with_env(cls.env)

    def _open(self, complaint, user=None):
        """What the button on the complaint opens."""
        action = complaint.with_user(user or self.handler).action_view_same_lot()
        return self.env[action["res_model"]].with_user(user or self.handler).browse(action["res_id"])

    def _get_customers(self, containment):
        """{customer: (shipped, returned, still there)}"""
        return {
            line.partner_id: (line.quantity_shipped, line.quantity_returned, line.quantity) for line in containment.customer_line_ids
        }

    def _get_stock(self, containment):
        """{(location name, owner): (on hand, reserved)}"""
        return {
            (line.location_id.name, line.owner_id): (line.quantity, line.quantity_reserved) for line in containment.stock_line_ids
        }
