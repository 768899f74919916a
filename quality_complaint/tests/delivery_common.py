from odoo import fields
from odoo.fields import Command

from .common import ComplaintCommon

# a Monday, in working hours
SHIPPED = "2031-03-03 10:00:00"


class DeliveryCommon(ComplaintCommon):
    """A company that asks two things about each delivery; who ships has the warehouse's rights and no others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["delivery.followup.point"].search([]).active = False
        cls.on_time, cls.packaging = cls.env["delivery.followup.point"].create([
            {"name": "Arrived on time", "kind": "punctuality", "sequence": 1, "company_id": cls.company.id},
            {"name": "Packaging undamaged", "kind": "packaging", "sequence": 2, "company_id": cls.company.id, "help": "Boxes, pallets"},
        ])
        cls._add_stock(cls.product, 1000)

    @classmethod
    def _ship(cls, order, quantities=None, user=None):
        """The warehouse ships what is open of the order."""
        picking = order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))[:1]
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty if quantities is None else quantities.get(move.product_id, 0)
            move.picked = bool(move.quantity)
        picking.with_user(user or cls.stock_user).with_context(skip_backorder=True).button_validate()
        return picking

    @classmethod
    def _ship_new(cls, *lines, **values):
        """The follow-up of a new order that is shipped."""
        return cls._get_followup(cls._ship(cls._create_order(*lines, **values)))

    @classmethod
    def _get_followup(cls, pickings):
        return cls.env["delivery.followup"].search([("picking_id", "in", pickings.ids)])

    @classmethod
    def _get_check(cls, followup, point):
        return followup.check_ids.filtered(lambda check: check.point_id == point)

    @classmethod
    def _mark_bad(cls, followup, point=None, note="Two boxes crushed", user=None, photos=()):
        """As the window of «Not OK» does it."""
        check = cls._get_check(followup, point or cls.packaging).with_user(user or cls.rep)
        check.write({"note": note, "attachment_ids": [Command.create({"name": name, "raw": b"crushed"}) for name in photos]})
        check.action_confirm_not_ok()
        return check

    @classmethod
    def _get_activity(cls, followup):
        return followup.sudo().activity_ids

    @classmethod
    def _to_datetime(cls, moment):
        return fields.Datetime.to_datetime(moment)
