from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html


class QualityComplaintLine(models.Model):
    _inherit = "quality.complaint.line"

    can_repair = fields.Boolean(compute="_compute_can_repair")

    @api.depends("complaint_id.state", "product_id", "warranty_state")
    @api.depends_context("uid")
    def _compute_can_repair(self):
        for line in self:
            line.can_repair = not line._get_repair_refusal()

    def _get_repair_refusal(self):
        """Why this user can't open a repair for this line, or False. Also decides whether the button shows."""
        self.ensure_one()
        complaint = self.complaint_id
        if not self.env["repair.order"].has_access("create"):
            return self.env._("Repairs are opened by the warehouse: you have no right to create repair orders.")
        if not complaint.accepts_repairs:
            return self.env._(
                "Goods are repaired for a complaint that is approved and not finished. %s is not.", complaint.display_name,
            )
        if self.product_id.type != "consu":
            return self.env._("%s is not goods, so it can't be repaired.", self.product_id.display_name)
        if self.warranty_state == "out":
            return self.env._(
                "%s is out of warranty: file a return with «Take Goods Back», where the customer accepts the price before it is repaired.",
                self.product_id.display_name,
            )
        return False

    def action_repair(self):
        """The window of a new repair order for this line; nothing is stored before the user saves it."""
        self.ensure_one()
        self.check_access("read")
        if refusal := self._get_repair_refusal():
            raise UserError(refusal)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Repair"),
            "res_model": "repair.order",
            "views": [(False, "form")],
            # one key of its own: default_product_id and the like would also fill in the parts and moves of the repair
            "context": {"default_repair_complaint_line_id": self.id},
        }

    def _prepare_repair_values(self):
        """Values of a ``repair.order`` for what this line complains about."""
        self.ensure_one()
        values = {
            "complaint_id": self.complaint_id.id,
            "partner_id": self.complaint_id.partner_id.id,
            "product_id": self.product_id.id,
            "lot_id": self.lot_id.id,
            "under_warranty": self.warranty_state == "in",
            "internal_notes": plaintext2html(self.defect) if self.defect else False,
        }
        if self.product_id.tracking != "serial":  # serial numbers are repaired one by one, as core has it
            values.update(product_qty=self.quantity, product_uom=self.product_uom_id.id)
        return values

    def action_file_return(self):
        """The window of a new return of what these lines complain about; nothing is stored before the user saves it."""
        complaint = self.complaint_id
        if len(complaint) != 1:
            raise UserError(self.env._("A return is about goods of one complaint. Choose lines of one."))
        self.check_access("read")
        if refusal := complaint._get_return_refusal():
            raise UserError(refusal)
        return self.env["return.order"]._action_file(complaint._prepare_return_values(self))

    def _prepare_return_lines(self):
        """One dictionary of ``return.order.line`` values for each of these lines that can still come back."""
        ReturnLine = self.env["return.order.line"]
        values = []
        for line in self.sudo().filtered(lambda line: line.product_id.type == "consu"):  # who complains need not read transfers
            of_line = {
                "product_id": line.product_id.id, "product_uom_id": line.product_uom_id.id, "quantity": line.quantity,
                "lot_id": line.lot_id.id, "move_id": line.move_id.id, "sale_line_id": line.sale_line_id.id, "note": line.defect,
            }
            # goods that were delivered before Odoo have nothing that they could be more than
            values += ReturnLine._prepare_returnable([of_line]) if line._get_source() else [of_line]
        return values
