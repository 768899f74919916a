from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import groupby

FINISHED_STATES = ("done", "cancel")


class RepairOrder(models.Model):
    """A repair of what came back with a return: its end is told to the sales representative, and the goods go back."""

    _inherit = "repair.order"

    return_id = fields.Many2one(related="return_line_id.return_id", related_sudo=True)
    ship_move_id = fields.Many2one(
        "stock.move", "Sent Back With", readonly=True, copy=False, index="btree_not_null", check_company=True,
        help="Brings the goods back to the customer, repaired or not.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._check_system_fields({name for name, value in vals.items() if value})
            system_fields = self._get_system_fields()
            # what may not be given may not be given as a default either
            self = self.with_env(self.env(context={
                name: value for name, value in self.env.context.items() if name.removeprefix("default_") not in system_fields
            }))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_system_fields(vals.keys())
        return super().write(vals)

    @api.model
    def _get_system_fields(self):
        """Names of the fields that only what a return makes and its buttons set. Extended by what adds such fields."""
        return {"return_line_id", "ship_move_id"}

    @api.model
    def _check_system_fields(self, names):
        """A repair stays in the return that made it: it is what the return, the customer's acceptance and the way back go by."""
        if forbidden := self._get_system_fields() & names:
            labels = self.fields_get(sorted(forbidden), ["string"])
            raise AccessError(self.env._("Set by the system, not by hand: %s", ", ".join(label["string"] for label in labels.values())))

    @api.constrains("return_line_id", "product_id", "product_qty", "product_uom", "lot_id", "state")
    def _check_received(self):
        """What is repaired for a return is what came with it: cancelled repairs count where their goods went back."""
        # who repairs need not see the return
        problems = [problem for line in self.sudo().return_line_id for problem in line._get_repair_problems()]
        if problems:
            raise ValidationError("\n".join(problems))

    @api.ondelete(at_uninstall=False)
    def _unlink_of_no_return(self):
        """The goods of a return would be forgotten."""
        if of_returns := self.filtered("return_line_id"):
            raise UserError(self.env._("A repair of a return is cancelled, not deleted: %s", ", ".join(of_returns.mapped("name"))))

    def action_repair_done(self):
        result = super().action_repair_done()
        # the workshop need not be allowed to change a return to repair its goods
        self.sudo()._follow_returns()
        return result

    def action_repair_cancel(self):
        result = super().action_repair_cancel()
        self.sudo()._follow_returns()  # see action_repair_done
        return result

    def _follow_returns(self):
        """Sales is told at once; what is repaired is sent back when no other repair of the line is waited for."""
        processed = self.filtered(lambda repair: repair.return_id.state == "processing" and repair.return_line_id.resolution == "repair")
        for order, repairs in groupby(processed, lambda repair: repair.return_id):
            order._tell_repaired(self.concat(*repairs))
        lines = processed.return_line_id
        lines.filtered(lambda line: all(repair.state in FINISHED_STATES for repair in line.repair_ids))._ship_repaired(decided=True)

    def _goes_back(self):
        """True where it is known that the goods go back to the customer: what was cancelled is to be decided first.

        Extended by what decides it.
        """
        self.ensure_one()
        return self.state == "done"

    def _get_place(self):
        """Where the goods are after it."""
        self.ensure_one()
        return self.product_location_dest_id if self.state == "done" else self.product_location_src_id

    def _get_product_quantity(self):
        """How much is repaired, in the product's unit."""
        self.ensure_one()
        return self.product_uom._compute_quantity(self.product_qty, self.product_id.uom_id, round=False)

    def _is_sent_back(self):
        self.ensure_one()
        return bool(self.ship_move_id) and self.ship_move_id.state != "cancel"

    def action_view_return(self):
        self.ensure_one()
        return self.return_id._get_records_action()
