from markupsafe import Markup

from odoo import fields, models


class ReturnOrder(models.Model):
    """What came is inspected before anything is done about it.

    The role ``inspector`` is that of who receives: the leader and the people of the responsible team, quality managers, the
    warehouse. Who found what stands on each line.
    """

    _inherit = "return.order"

    inspection_line_ids = fields.One2many(related="line_ids", string="Inspection")

    def _get_missing_role(self, role):
        return super()._get_missing_role("receiver" if role == "inspector" else role)

    def _get_gaps_processing(self):
        return super()._get_gaps_processing() + self.line_ids._get_inspection_gaps()

    def _inspect(self):
        super()._inspect()
        for order in self:
            order._notify_users(order.user_id - self.env.user, lambda order: (
                order.env._("Inspected: %s", order.display_name), order._describe_inspection(),
            ))

    def _describe_inspection(self):
        """What came, what was found and who pays, in the language of the environment: ``Markup``."""
        labels = {name: dict(self.line_ids._fields[name]._description_selection(self.env)) for name in ("fault", "warranty_state", "resolution")}
        described = Markup()
        for line in self.line_ids.filtered("quantity_received").with_env(self.env):
            facts = [
                self.env._("Found: %s", ", ".join(filter(None, (labels["fault"].get(line.fault), line.fault_description)))),
                self.env._(
                    "Accepted: %(accepted)s of %(received)s %(unit)s", accepted=f"{line.quantity_accepted:.12g}",
                    received=f"{line.quantity_received:.12g}", unit=line.product_uom_id.name,
                ),
                self.env._("Warranty: %s", labels["warranty_state"].get(line.warranty_state)),
                self.env._("The customer gets: %s", labels["resolution"].get(line.resolution)),
            ]
            described += Markup("<p><strong>%s</strong></p><ul>%s</ul>") % (
                ", ".join(filter(None, (line.product_id.display_name, line.lot_id.name))),
                Markup().join(Markup("<li>%s</li>") % fact for fact in facts),
            )
        return described

    def action_inspect(self):
        """The results of what came, to be recorded."""
        self.ensure_one()
        came = self.line_ids.filtered("quantity_received")
        if len(came) == 1:
            return came.action_open_inspection()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("return_repair.action_inspect_return_lines"),
            "domain": [("id", "in", came.ids)], "context": {},
        }
