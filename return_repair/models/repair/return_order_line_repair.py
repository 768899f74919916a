import math
from collections import defaultdict

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import plaintext2html

from .repair_order import FINISHED_STATES


class ReturnOrderLine(models.Model):
    """What was accepted is repaired by core's repair orders: for the customer, or as rework of goods that are ours now."""

    _inherit = "return.order.line"

    # ------------------------------------------------------------ making them
    def _resolve_repair(self):
        """Repaired for the customer; within the warranty at no charge."""
        self._make_repairs()

    def _dispose_rework(self):
        super()._dispose_rework()
        self._make_repairs()

    def _carry_out(self):
        """Who has inspected need not be allowed to do all that was decided: to scrap, to ship, to open repairs."""
        lines = self.sudo()
        # what is repaired for the customer stays theirs
        lines.filtered(lambda line: line.resolution == "repair").disposition = False
        super(ReturnOrderLine, lines)._carry_out()

    def _make_repairs(self):
        """A repair of each lot, number and place of what was accepted: doing it twice makes none twice."""
        for company, lines in self.grouped("company_id").items():
            # they are repaired where they are, not on their way into stock
            steps = self._release([part for line in lines for part in line._get_goods_to_repair()])
            self.env["repair.order"].with_company(company).create([values for line in lines for values in line._prepare_repairs()])
            steps._action_assign()

    def _get_goods_to_repair(self):
        """As `_get_goods`, of what was accepted and has no repair."""
        self.ensure_one()
        made, waiting = defaultdict(float), []
        for repair in self.repair_ids:
            made[repair.product_id, repair.lot_id] += repair._get_product_quantity()
        for part in self._get_goods():
            covered = min(part["quantity"], made[part["product"], part["lot"]])
            made[part["product"], part["lot"]] -= covered
            quantity = part["quantity"] - covered
            if part["product"].uom_id.compare(quantity, 0) > 0:
                waiting.append({**part, "quantity": quantity})
        return waiting

    def _prepare_repairs(self):
        """A dictionary of ``repair.order`` values for each of the goods that no repair was made for, with its share of the parts."""
        self.ensure_one()
        total, parts_left = sum(part["quantity"] for part in self._get_goods()), {part: part.quantity for part in self.part_ids}
        return [{
            **self._prepare_repair_values(part), "move_ids": self._prepare_part_moves(parts_left, part["quantity"] / total),
        } for part in self._get_goods_to_repair()]

    def _prepare_repair_values(self, part):
        """A dictionary of ``repair.order`` values. Rework has no customer. Whether the customer pays follows the line."""
        for_customer = self.resolution == "repair"
        warehouse = part["location"].warehouse_id or self.receipt_move_ids.picking_type_id.warehouse_id[:1]
        # what is ours goes to stock when it is repaired, if it is not there
        stays = for_customer or part["location"]._child_of(warehouse.lot_stock_id)
        found = "\n".join(filter(None, (self.note, self.fault_description)))
        return {
            "company_id": self.company_id.id, "return_line_id": self.id, "picking_type_id": warehouse.repair_type_id.id,
            "picking_id": self._find_receipt_move(part["product"], part["lot"]).picking_id.id,
            "partner_id": self.partner_id.id if for_customer else False,
            "product_id": part["product"].id, "product_uom": part["product"].uom_id.id, "product_qty": part["quantity"], "lot_id": part["lot"].id,
            "product_location_src_id": part["location"].id, "product_location_dest_id": (part["location"] if stays else warehouse.lot_stock_id).id,
            "internal_notes": plaintext2html(found) if found else False,
        }

    def _prepare_part_moves(self, parts_left, share):
        """Commands for that share of the needed parts. Whole parts stay whole: the first repairs get them."""
        commands = []
        for part, left in parts_left.items():
            quantity = part.quantity * share
            quantity = min(left, math.ceil(round(quantity, 6)) if float(part.quantity).is_integer() else quantity)
            if part.product_uom_id.compare(quantity, 0) > 0:
                parts_left[part] = left - quantity
                commands.append(Command.create({
                    "repair_line_type": part.repair_line_type, "product_id": part.product_id.id, "product_uom": part.product_uom_id.id,
                    "product_uom_qty": quantity, "company_id": self.company_id.id,
                }))
        return commands

    def _find_receipt_move(self, product, lot):
        """The receipt that brought it, that of the lot first."""
        came = self.receipt_move_ids.filtered(lambda move: move.state == "done" and move.product_id == product)
        return (came.filtered(lambda move: lot and lot in move.move_line_ids.lot_id) or came)[:1]

    def _repair_again(self, **values):
        """What was cancelled and has not gone back is to be repaired after all; what has no repair gets one."""
        cancelled = self.repair_ids.filtered(lambda repair: repair.state == "cancel" and not repair._is_sent_back())
        cancelled.action_repair_cancel_draft()
        cancelled.write(values)
        self._make_repairs()

    def _get_repair_problems(self):
        """Sentences about what is repaired and did not come, or not as many of it."""
        self.ensure_one()
        came = self._get_done_receipt_moves().move_line_ids
        repairs = self.repair_ids.filtered(lambda repair: repair.state != "cancel" or repair._is_sent_back())
        problems = []
        for product, of_product in repairs.grouped("product_id").items():
            for lot in [of_product.lot_id.browse(), *of_product.lot_id]:
                # without a lot all of the product, of whatever lot
                received = sum(came.filtered(
                    lambda line, product=product, lot=lot: line.product_id == product and (not lot or line.lot_id == lot),
                ).mapped("quantity_product_uom"))
                repaired = sum(
                    repair._get_product_quantity() for repair in of_product if not lot or repair.lot_id == lot
                )
                if product.uom_id.compare(repaired, received) > 0:
                    problems.append(self.env._(
                        "%(order)s: %(received)s %(unit)s of %(product)s came, so %(repaired)s can't be repaired for it.", order=self.return_id.name,
                        received=f"{received:.12g}", repaired=f"{repaired:.12g}", unit=product.uom_id.name,
                        product=", ".join(filter(None, (product.display_name, lot.name))),
                    ))
        return problems

    # ------------------------------------------------------------ another resolution
    def _get_change_refusal(self):
        """Why the customer can't get something else for it any more, or False."""
        self.ensure_one()
        line = self.sudo()  # who decides need not be allowed to read repairs
        if line.return_id.state != "processing" or line.resolution != "repair":
            return self.env._("%s is not being repaired. Before it is carried out, the resolution is changed on the line.", line.product_id.display_name)
        if gone := line.repair_ids.ship_move_id.filtered(lambda move: move.state == "done"):
            return self.env._(
                "%(product)s has gone back to the customer with %(transfers)s.",
                product=line.product_id.display_name, transfers=", ".join(gone.picking_id.mapped("name")),
            )
        return False

    def _change_resolution(self, resolution, reason, **values):
        """The customer gets something else than the repair after all. Decided by who decides for the team, who says why."""
        self.ensure_one()
        order = self.return_id
        order.check_access("write")
        if missing := order._get_missing_role("manager"):
            raise AccessError(self.env._("Another resolution of %(order)s is decided by %(role)s.", order=order.display_name, role=missing))
        if refusal := self._get_change_refusal():
            raise UserError(refusal)
        line = self.sudo()  # who decides need not be allowed to change repairs and transfers
        line.write({**values, "resolution": resolution})
        if gaps := line._get_resolution_gaps() + line._get_inspection_gaps():
            raise UserError(self.env._("Still missing:\n%s", "\n".join(f"• {gap}" for gap in gaps)))
        line._cancel_repairs()
        labels = dict(self._fields["resolution"]._description_selection(self.env))
        order._message_log(body=self.env._(
            "%(product)s: %(resolution)s instead of repair. %(reason)s",
            product=self.product_id.display_name, resolution=labels[resolution], reason=reason,
        ))
        order._notify_users(order.user_id - self.env.user, lambda order: (
            order.env._("Another resolution: %s", order.display_name),
            order.env._(
                "%(product)s: %(resolution)s instead of repair. %(reason)s", product=line.product_id.with_env(order.env).display_name,
                resolution=dict(line._fields["resolution"]._description_selection(order.env))[resolution], reason=reason,
            ),
        ))
        if line.disposition == "rework":
            line._repair_again(partner_id=False)
        self._carry_out()

    def _cancel_repairs(self):
        """Neither the work goes on nor the way back. Extended by what else was made for the repair."""
        self.repair_ids.ship_move_id.filtered(lambda move: move.state not in FINISHED_STATES)._action_cancel()
        self.repair_ids.filtered(lambda repair: repair.state not in FINISHED_STATES).action_repair_cancel()

    # ------------------------------------------------------------ gates
    def _get_repair_gaps(self):
        """What is still to be done about repairs, and about the way back: a list of sentences."""
        gaps = []
        for line in self:
            product = line.product_id.display_name
            gaps += [
                self.env._("Repair %(repair)s of %(product)s, which is neither done nor cancelled", repair=repair.name, product=product)
                for repair in line.repair_ids if repair.state not in FINISHED_STATES
            ]
            if line.resolution == "repair":
                gaps += line._get_sent_back_gaps()
                if line._get_goods_to_repair():
                    gaps.append(self.env._("A repair of %s: press «Repair Again»", product))
            elif line.resolution == "reject":
                gaps += line._get_rejected_gaps()
        return gaps

    def _get_rejected_gaps(self):
        """Nothing of what was not accepted stays here."""
        product = self.product_id.display_name
        open_moves = self._get_outcome_moves("customer").filtered(lambda move: move.state != "done")
        gaps = [
            self.env._("Transfer %(transfer)s, which brings %(product)s back to the customer", product=product, transfer=picking.name)
            for picking in open_moves.picking_id
        ]
        if self._get_goods_to_send_back():
            gaps.append(self.env._("The way back to the customer of %s, which is not accepted: press «Send Back»", product))
        return gaps

    def _get_sent_back_gaps(self):
        """What is still to be decided or sent; what is on its way is a transfer as any other."""
        product, gaps = self.product_id.display_name, []
        for repair in self.repair_ids.filtered(lambda repair: repair.state in FINISHED_STATES and not repair._is_sent_back()):
            names = {"product": product, "repair": repair.name}
            if repair.state == "done":
                gaps.append(self.env._("The way back to the customer of %(product)s, repaired with %(repair)s: press «Send Back»", **names))
            elif repair._goes_back():
                gaps.append(self.env._("The way back to the customer of %(product)s, whose repair %(repair)s was refused: press «Send Back»", **names))
            else:
                gaps.append(self.env._(
                    "What becomes of %(product)s: repair %(repair)s was cancelled. Repair it again, send it back as it is, or change the resolution", **names,
                ))
        return gaps
