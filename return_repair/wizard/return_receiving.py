from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import escape_psql


class ReturnReceiving(models.TransientModel):
    """What the warehouse counts of a return beside the parcel, on a phone: a row for each open receipt and number on the goods.

    Confirming fills and validates core's receipts. What is not counted stays expected.
    """

    _name = "return.receiving"
    _description = "Receiving of a Return"

    return_id = fields.Many2one("return.order", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(related="return_id.partner_id")
    line_ids = fields.One2many("return.receiving.line", "receiving_id", "Goods")
    result = fields.Text(readonly=True, help="What was received, once it is.")

    @api.depends("return_id")
    def _compute_display_name(self):
        for receiving in self:
            receiving.display_name = receiving.return_id.display_name

    def write(self, vals):
        """The user counts; what is counted is the system's to say."""
        if not self.env.su and (forbidden := vals.keys() - {"line_ids"}):
            raise AccessError(self.env._("Only what is counted is written here, not: %s", ", ".join(sorted(forbidden))))
        return super().write(vals)

    def _fill(self):
        """A row for each open receipt of the return, for the number that was announced where there is one. Nothing is counted yet."""
        for receiving in self:
            moves = receiving.return_id.line_ids._get_open_receipt_moves().sorted(lambda move: (move.return_line_id.sequence, move.return_line_id.id, move.id))
            self.env["return.receiving.line"].create([
                {"receiving_id": receiving.id, "move_id": move.id, "lot_name": move._get_announced_lot_name()} for move in moves
            ])

    def _check_not_received(self):
        self.check_access("write")
        if done := self.filtered("result"):
            raise UserError(self.env._("%s was received already. Count what else comes on a new page.", ", ".join(done.mapped("display_name"))))

    # ------------------------------------------------------------ counting
    def scan(self, text):
        """Count one more of what was scanned: a lot or serial number, or the barcode or code of a product without such numbers.

        :return: a sentence, how many of it are counted now
        :raises UserError: it is nothing that this return waits for
        """
        self.ensure_one()
        self._check_not_received()
        text = str(text or "").strip()
        line = self.line_ids.filtered(lambda line: line.tracking != "none" and text and (line.lot_name or "").casefold() == text.casefold())[:1]
        line = line or self._take_scanned_lot(text) or self._get_scanned_product_line(text)
        if not line:
            raise UserError(self.env._(
                "«%(text)s» is nothing that %(return)s waits for. Where it stands on the goods all the same, enter it in the row of its product.",
                **{"text": text, "return": self.return_id.display_name},
            ))
        return line._count_one()

    def _take_scanned_lot(self, text):
        """The row of a product that comes with that lot: one without a number gets it, else it is a new row."""
        # who receives need not be allowed to look through all lots
        lot = text and self.env["stock.lot"].sudo().search([
            ("name", "=ilike", escape_psql(text)), ("product_id", "in", self.line_ids.product_id.ids),
            ("company_id", "in", (False, self.return_id.company_id.id)),
        ], limit=1)
        of_product = self.line_ids.filtered(lambda line: lot and line.product_id == lot.product_id)
        line = of_product.filtered(lambda line: not line.lot_name)[:1] or of_product[:1]._add_row()
        line.lot_name = lot and lot.name
        return line

    def _get_scanned_product_line(self, text):
        """The row of the product with that barcode or code, one where something is still expected first."""
        of_product = self.line_ids.filtered(lambda line: text and text in (line.product_id.barcode, line.product_id.default_code))
        if numbered := of_product.filtered(lambda line: line.tracking != "none"):
            raise UserError(self.env._("%s: scan the lot or serial number, each of them counts.", numbered.product_id[:1].display_name))
        return of_product.sorted(lambda line: line.quantity >= line.quantity_expected)[:1]

    def action_count_all(self):
        """All came as announced, where it is known what that is: what was counted of other numbers came in their place."""
        self._check_not_received()
        for line in self.line_ids:
            lacking = line.quantity_expected - line._get_counted()
            if line.product_uom_id.compare(lacking, 0) <= 0:
                continue
            if line.tracking == "none" or (line.tracking == "lot" and line.lot_name):
                line.quantity += lacking
            elif line.tracking == "serial" and line.lot_name and not line.quantity:
                line.quantity = 1

    # ------------------------------------------------------------ receiving
    def _get_gaps(self):
        """What is missing or wrong before it can be received: a list of sentences."""
        self.ensure_one()
        counted = self.line_ids.filtered("quantity")
        if not counted:
            return [self.env._("How many have come: nothing is counted yet")]
        return counted._get_gaps()

    def action_confirm(self):
        """Receive what was counted, in the receipts of the return."""
        self.ensure_one()
        self._check_not_received()
        order = self.return_id
        order._check_receive()
        if gaps := self._get_gaps():
            raise UserError(self.env._(
                "%(return)s can't be received yet. Still missing:\n%(gaps)s",
                **{"return": order.display_name, "gaps": "\n".join(f"• {gap}" for gap in gaps)},
            ))
        counted = self.line_ids.filtered("quantity")
        lines = counted.sudo().move_id.return_line_id
        counted._receive()
        self.sudo().result = "\n".join(self._get_result_sentences(lines))  # nobody writes it by hand

    def _get_result_sentences(self, lines):
        """What has come by now of these lines of the return, and what is still expected."""
        order = self.return_id
        sentences = []
        for line in lines:
            texts = {
                "product": line.product_id.display_name, "received": f"{line.quantity_received:.12g}",
                "quantity": f"{line.quantity:.12g}", "unit": line.product_uom_id.name,
            }
            if line.product_uom_id.compare(line.quantity_received, line.quantity) > 0:
                sentences.append(self.env._("%(product)s: more came than was announced, %(received)s instead of %(quantity)s %(unit)s.", **texts))
            else:
                sentences.append(self.env._("%(product)s: %(received)s of %(quantity)s %(unit)s received.", **texts))
        sentences.append(
            self.env._("The rest stays expected.") if order.state == "receiving" else self.env._("All is here: now it is inspected."),
        )
        return sentences

    # ------------------------------------------------------------ where to next
    def action_view_return(self):
        self.ensure_one()
        return self.return_id._get_records_action()
