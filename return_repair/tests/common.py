from odoo.fields import Command

from odoo.addons.quality_complaint.tests.common import ComplaintCommon


class RepairCommon(ComplaintCommon):
    """Adds a repairer: one of the warehouse who sees the complaints of the quality team."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.repairer = cls._new_user("repairer", "stock.group_stock_user,quality_complaint.group_handler")
        cls.team.member_ids = [Command.link(cls.repairer.id)]
        cls.product.warranty_duration = 12

    @classmethod
    def _create_approved_complaint(cls, **values):
        return cls._move_to(cls._create_complaint(**values), "investigation")

    @classmethod
    def _open_repair(cls, line, user=None):
        """The unsaved repair order that the line's button shows."""
        user = user or cls.repairer
        return cls._open_action(user, line.with_user(user).action_repair())

    @classmethod
    def _create_repair(cls, complaint, user=None):
        return cls._open_repair(complaint.line_ids[:1], user).save()

    @classmethod
    def _create_plain_repair(cls, **values):
        """A repair order as the warehouse opens it without a complaint."""
        return cls.env["repair.order"].with_user(cls.stock_user).with_company(cls.company).create({
            "product_id": cls.product.id, "partner_id": cls.customer.id, **values,
        })
