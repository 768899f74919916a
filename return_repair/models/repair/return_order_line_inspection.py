from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

YES_NO = [("yes", "Yes"), ("no", "No")]

FAULTS = [("confirmed", "As Described"), ("other", "Another Fault"), ("misuse", "Damaged by Use"), ("none", "No Fault Found")]

# without these there is no result
RESULT_FIELDS = ("as_announced", "fault", "usable")

INSPECTION_FIELDS = {*RESULT_FIELDS, "fault_description", "quantity_accepted", "photo_ids", "part_ids"}


class ReturnOrderLine(models.Model):
    """What the inspection found: recorded while the return is inspected, by who may inspect it, and signed by saving it."""

    _inherit = "return.order.line"

    return_state = fields.Selection(related="return_id.state", string="State of the Return")
    user_id = fields.Many2one(related="return_id.user_id")
    as_announced = fields.Selection(YES_NO, copy=False, help="The product, the number and the quantity are those that were announced.")
    fault = fields.Selection(FAULTS, "Fault Found", copy=False)
    fault_description = fields.Text("What Was Found", copy=False, help="The customer reads it on the inspection result.")
    usable = fields.Selection(YES_NO, copy=False, help="Can be used as it is, without being repaired.")
    part_ids = fields.One2many("return.needed.part", "line_id", "Needed Parts", copy=False, bypass_search_access=True)
    photo_ids = fields.Many2many("ir.attachment", string="Photos", copy=False, bypass_search_access=True)
    inspected_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    inspected_on = fields.Datetime(readonly=True, copy=False)
    can_inspect = fields.Boolean(compute="_compute_can_inspect", help="The user may record the result now.")

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {"inspected_by_id", "inspected_on"}

    @api.depends("return_id.state", "return_id.team_id")
    @api.depends_context("uid")
    def _compute_can_inspect(self):
        for line in self:
            order = line.return_id
            line.can_inspect = order.state == "inspection" and order.has_access("write") and not order._get_missing_role("inspector")

    # ------------------------------------------------------------ who may, and when
    def _check_may_inspect(self):
        if self.env.su:
            return
        if other := self.return_id.filtered(lambda order: order.state != "inspection"):
            raise UserError(self.env._(
                "What the inspection finds is recorded while the goods are inspected, not before and not afterwards: %s",
                ", ".join(other.mapped("display_name")),
            ))
        for order in self.return_id:
            if missing := order._get_missing_role("inspector"):
                raise AccessError(self.env._("The goods of %(order)s are inspected by %(role)s.", order=order.display_name, role=missing))

    def _check_may_change(self, names):
        """What happens to the goods may be proposed before; after the inspection it is as it was found."""
        super()._check_may_change(names)
        if self.env.su:
            return
        if INSPECTION_FIELDS & names:
            self._check_may_inspect()
        elif "disposition" in names:
            self.filtered(lambda line: line.return_id.state in ("inspection", "processing"))._check_may_inspect()
        if "resolution" in names and (carried_out := self.return_id.filtered(lambda order: order.state == "processing")):
            raise UserError(self.env._(
                "What was decided is being carried out. Use «Change Resolution» of: %s", ", ".join(carried_out.mapped("display_name")),
            ))

    # ------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        found = [line for line, vals in zip(lines, vals_list, strict=True) if any(vals.get(name) for name in INSPECTION_FIELDS)]
        self.union(*found)._check_may_inspect()
        lines._own_photos()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if "photo_ids" in vals:
            self._own_photos()
        if (INSPECTION_FIELDS | {"disposition"}) & vals.keys() and not self.env.su:
            self._sign_inspection()
        return result

    def _own_photos(self):
        """Who may read the return may see its photos."""
        for line in self:
            line.photo_ids.filtered(lambda file: not file.res_id or file.res_model == line._name).write(
                {"res_model": line.return_id._name, "res_id": line.return_id.id},
            )

    def _sign_inspection(self):
        """Who completes the result, or changes it, has found it."""
        inspected = self.filtered(lambda line: line.return_id.state == "inspection")
        complete = inspected.filtered(lambda line: all(line[name] for name in RESULT_FIELDS))
        # the signature is nobody's to write
        complete.sudo().write({"inspected_by_id": self.env.uid, "inspected_on": fields.Datetime.now()})
        (inspected - complete).sudo().write({"inspected_by_id": False, "inspected_on": False})

    # ------------------------------------------------------------ gates
    def _needs_disposition(self):
        """Goods that are to be ours from now on."""
        self.ensure_one()
        return self.resolution not in ("repair", "reject") and not self.is_foreign and bool(self.quantity_accepted)

    def _get_inspection_gaps(self):
        """A sentence for each product that came and was not inspected, or not all of it."""
        labels = {name: field["string"] for name, field in self.fields_get([*RESULT_FIELDS, "fault_description", "disposition"], ["string"]).items()}
        gaps = []
        for line in self.filtered("quantity_received"):
            missing = [name for name in RESULT_FIELDS if not line[name]]
            if line.fault == "other" and not (line.fault_description or "").strip():
                missing.append("fault_description")
            if line._needs_disposition() and not line.disposition:
                missing.append("disposition")
            if missing:
                gaps.append(self.env._(
                    "The result of the inspection of %(product)s: %(missing)s",
                    product=", ".join(filter(None, (line.product_id.display_name, line.lot_id.name))),
                    missing=", ".join(labels[name] for name in missing),
                ))
            gaps += line._get_contradictions()
        return gaps

    def _get_contradictions(self):
        """Sentences about what was found that does not go with what is to be done."""
        product, gaps = self.product_id.display_name, []
        if self.usable == "no" and self._needs_disposition() and self.disposition == "restock":
            gaps.append(self.env._("Another disposition of %s: what can't be used is not put back to stock", product))
        if self.part_ids and self.resolution != "repair" and not (self._needs_disposition() and self.disposition == "rework"):
            gaps.append(self.env._("A repair or rework of %s, which needs parts: or take the needed parts out", product))
        return gaps

    def action_open_inspection(self):
        """The result of one product, to be recorded."""
        self.ensure_one()
        return {
            **self._get_records_action(name=self.env._("Inspection")), "target": "new",
            "views": [(self.env.ref("return_repair.view_return_order_line_inspection_form").id, "form")],
        }
