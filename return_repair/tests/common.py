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


class ReturnCommon(ComplaintCommon):
    """Adds a reason with its team, and roads for returns; the team's leader is the quality manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env["return.reason"].create({"name": "Bent", "team_id": cls.team.id})
        cls.express_rep = cls._new_user("express_rep", "sales_team.group_sale_salesman,return_repair.group_express")
        cls.customer.write({"street": "1 Mill Lane", "city": "Brighton", "zip": "BN1"})

    @classmethod
    def _get_line(cls, product=None, **values):
        return Command.create({"product_id": (product or cls.product).id, "quantity": 2, "resolution": "refund", **values})

    @classmethod
    def _create_return(cls, user=None, **values):
        """A return of :attr:`rep`: two of what the customer was delivered, for his money."""
        user = user or cls.rep
        return cls.env["return.order"].with_user(user).with_company(cls.company).create({
            "partner_id": cls.customer.id, "contact_id": cls.contact.id, "reason_id": cls.reason.id,
            "line_ids": [cls._get_line()], **values,
        })

    @classmethod
    def _move_return(cls, order, state):
        """Bring a new return to that state along the road its people would take."""
        by_rep, by_leader = order.with_user(cls.rep), order.with_user(cls.quality_manager)
        if state == "cancel":
            cls._say(by_rep, "cancel", "Keeps them")
            return order
        by_rep.action_submit()
        by_warehouse = order.with_user(cls.stock_user)
        for step in (
            by_leader.action_accept, by_rep.action_tell, by_warehouse.action_received, lambda: cls._record_results(by_warehouse).action_inspected(),
            by_leader.action_done,
        ):
            if order.state == state:
                break
            step()
            cls.env.invalidate_all()
        assert order.state == state
        return order

    @classmethod
    def _record_results(cls, order, **values):
        """Record for all that came that it is as announced, what is to be ours goes back to stock; or what the values say."""
        for line in order.line_ids.filtered("quantity_received"):
            line.write({
                "as_announced": "yes", "fault": "confirmed", "usable": "yes",
                "disposition": line.disposition or ("restock" if line._needs_disposition() else False), **values,
            })
        return order

    @classmethod
    def _inspect(cls, order, **values):
        """Record the results as `_record_results` does, so that what was decided is carried out."""
        cls._record_results(order, **values).action_inspected()
        cls.env.invalidate_all()

    @classmethod
    def _say(cls, orders, move, reason):
        """Press a button that asks for a reason, and give it."""
        orders.env["return.order.reason"].create({
            "return_ids": [Command.set(orders.ids)], "move": move, "reason": reason,
        }).action_confirm()

    @classmethod
    def _get_activities(cls, order):
        """{user: [what he has to do]}"""
        activities = order.sudo().activity_ids
        return {user: activities.filtered(lambda activity, user=user: activity.user_id == user).mapped("summary") for user in activities.user_id}

    @classmethod
    def _get_notice(cls, order, subject):
        """What users were told about a return in a message with such a subject."""
        return cls.env["mail.message"].sudo().search([
            ("model", "=", order._name), ("res_id", "=", order.id), ("message_type", "=", "user_notification"), ("subject", "=like", f"{subject}%"),
        ])
