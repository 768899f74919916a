from .common import ReturnCommon


class AgreementCommon(ReturnCommon):
    """Adds goods that were delivered on 2026-01-15 with a warranty of one month, and agreements of the year 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.warranty_duration = 1
        cls.pump = cls._create_product("Pump", categ_id=cls.env["product.category"].create({"name": "Pumps"}).id)
        for product in (cls.product, cls.pump):
            cls._add_stock(product, 100)
        with cls.at(cls, "2026-01-15 10:00:00"):
            picking = cls._deliver(cls._create_order((cls.product, 50), (cls.pump, 50)))
            picking.move_ids.date = "2026-01-15 10:00:00"
        cls.env.flush_all()

    @classmethod
    def _create_agreement(cls, user=None, active=True, **values):
        """An agreement of :attr:`rep` about all goods: in warranty until it ends."""
        agreement = cls.env["service.agreement"].with_user(user or cls.rep).with_company(cls.company).create({
            "partner_id": cls.customer.id, "date_from": "2026-01-01", "date_to": "2026-12-31", "warranty_extension": "until_end", **values,
        })
        if active:
            agreement.action_activate()
        cls.env.flush_all()
        return agreement

    def _claim(self, day="2026-06-01", *lines, **values):
        """A return asked for on that day at noon, of the product, or of the lines."""
        moment = f"{day} 12:00:00"
        with self.at(moment):
            order = self._create_return(date_requested=moment, line_ids=list(lines) or [self._get_line()], **values)
        self.env.flush_all()
        return order
