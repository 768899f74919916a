from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command


class ReturnReceivingLine(models.TransientModel):
    """How many of one open receipt have come: all together, or those with one lot or serial number."""

    _name = "return.receiving.line"
    _description = "Counted Goods of a Return"
    _order = "id"

    receiving_id = fields.Many2one("return.receiving", required=True, readonly=True, ondelete="cascade", index=True)
    # who receives need not be allowed to read transfers
    move_id = fields.Many2one("stock.move", required=True, readonly=True, ondelete="cascade")
    product_id = fields.Many2one(related="move_id.product_id")
    product_uom_id = fields.Many2one(related="move_id.product_uom")
    tracking = fields.Selection(related="move_id.product_id.tracking")
    quantity_expected = fields.Float("Expected", digits="Product Unit", compute="_compute_quantity_expected", store=True)
    lot_name = fields.Char("Lot/Serial Number", help="As it stands on the goods.")
    quantity = fields.Float("Received Now", digits="Product Unit")

    @api.depends("move_id")
    def _compute_quantity_expected(self):
        """As it was when the page was opened: what is received meanwhile by others is told when it is confirmed."""
        for line in self:
            line.quantity_expected = line.sudo().move_id.product_uom_qty

    def write(self, vals):
        if not self.env.su and (forbidden := vals.keys() - {"quantity", "lot_name"}):
            raise AccessError(self.env._("Only what is counted is written here, not: %s", ", ".join(sorted(forbidden))))
        return super().write(vals)

    # ------------------------------------------------------------ counting
    def _count_one(self):
        self.ensure_one()
        if self.tracking == "serial" and self.quantity:
            raise UserError(self.env._("%s is counted already.", self.lot_name))
        self.quantity += 1
        return self.env._(
            "%(product)s: %(counted)s counted, %(expected)s expected.",
            product=", ".join(filter(None, (self.product_id.display_name, self.lot_name))),
            counted=f"{self._get_counted():.12g}", expected=f"{self.quantity_expected:.12g}",
        )

    def _get_counted(self):
        """What is counted of the receipt of this row, over all of its numbers."""
        return sum(self.receiving_id.line_ids.filtered(lambda line: line.move_id == self.move_id).mapped("quantity"))

    def _add_row(self):
        """A row for another number of the same goods."""
        # rows are made by the system alone, see `return.order.action_receive`
        return self.sudo().create([
            {"receiving_id": line.receiving_id.id, "move_id": line.sudo().move_id.id} for line in self
        ]).sudo(False)

    def action_add_number(self):
        self.receiving_id._check_not_received()
        self._add_row()

    def action_more(self):
        self.receiving_id._check_not_received()
        for line in self:
            line._count_one()

    def action_less(self):
        self.receiving_id._check_not_received()
        for line in self:
            line.quantity = max(line.quantity - 1, 0)

    # ------------------------------------------------------------ receiving
    def _get_gaps(self):
        """What is missing or wrong with what was counted: a list of sentences."""
        gaps = []
        for line in self:
            product, lines = line.product_id.display_name, self.filtered(lambda other, line=line: other.move_id == line.move_id)
            number = (line.lot_name or "").strip()
            if line.sudo().move_id.state in ("done", "cancel"):
                gaps.append(self.env._("%s was received or cancelled by somebody else in the meantime: count again on a new page", product))
            elif line.quantity < 0:
                gaps.append(self.env._("%s: a number of pieces that is more than zero", product))
            elif line.tracking != "none" and not number:
                gaps.append(self.env._("%s: the lot or serial number on the goods", product))
            elif line.tracking == "serial" and line.product_uom_id.compare(line.quantity, 1):
                gaps.append(self.env._("%(product)s: one piece with number %(number)s, not more or less", product=product, number=number))
            elif line.tracking != "none" and len(lines.filtered(lambda other, number=number: (other.lot_name or "").strip() == number)) > 1:
                gaps.append(self.env._("%(product)s: number %(number)s in one row only", product=product, number=number))
            elif line.tracking != "none" and not line._get_lot() and not line.sudo().move_id.return_line_id.is_foreign:
                gaps.append(self.env._("%(product)s: a number that we know, «%(number)s» is none", product=product, number=number))
        return list(dict.fromkeys(gaps))

    def _get_lot(self):
        """The lot of the number on the goods, where we know it."""
        self.ensure_one()
        # who receives need not be allowed to look through all lots
        return self.env["stock.lot"].sudo().search([
            ("name", "=", (self.lot_name or "").strip()), ("product_id", "=", self.product_id.id),
            ("company_id", "in", (False, self.receiving_id.return_id.company_id.id)),
        ], limit=1)

    def _receive(self):
        """Fill the receipts with what was counted and validate them; what is not counted goes on with core's backorder."""
        # the role was checked: the team receives without the right to write transfers
        by_move = self.sudo().grouped("move_id")
        for move, lines in by_move.items():
            if move.product_id.tracking == "none":
                move.quantity = sum(lines.mapped("quantity"))
            else:
                lines._fill_numbers(move)
        moves = self.sudo().move_id
        pickings = moves.picking_id
        (pickings.move_ids - moves).filtered(lambda move: move.state not in ("done", "cancel")).picked = False
        moves.picked = True
        pickings._sanity_check()
        pickings.with_context(cancel_backorder=False)._action_done()

    def _fill_numbers(self, move):
        """The receipt brings these numbers, each in the package and of the owner that were expected with it."""
        expected = {moved.lot_id.name or moved.lot_name: moved for moved in move.move_line_ids}
        values = []
        for line in self:
            name, lot = line.lot_name.strip(), line._get_lot()
            moved = expected.get(name, move.move_line_ids.browse())
            values.append({
                **move._prepare_move_line_vals(), "quantity": line.quantity, "product_uom_id": move.product_uom.id,
                "lot_id": lot.id, "lot_name": not lot and name, "package_id": moved.package_id.id,
                "owner_id": moved.owner_id.id or move.picking_id.owner_id.id,
            })
        move.move_line_ids.unlink()
        move.move_line_ids = [Command.create(of_number) for of_number in values]
