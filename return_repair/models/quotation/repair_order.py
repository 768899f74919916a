from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ..repair.repair_order import FINISHED_STATES

# work is done in these, or has been
WORK_STATES = ("confirmed", "under_repair", "done")

ACTIVITY_TYPE = "return_repair.mail_activity_type_repair_quotation"


class RepairOrder(models.Model):
    """A repair of a return that the customer pays: the work waits for their acceptance of its quotation.

    Repairs that no return stands behind are core's.
    """

    _inherit = "repair.order"

    quotation_state = fields.Selection(
        [
            ("missing", "To Quote"), ("draft", "To Send"), ("waiting", "Waiting for Customer"), ("expired", "Expired"),
            ("declined", "Declined"), ("exceeded", "More Than Accepted"), ("accepted", "Accepted"),
        ],
        "Repair Quotation", compute="_compute_quotation_state", compute_sudo=True, search="_search_quotation_state",
        help="Empty: the warranty covers it all, so the customer need not accept anything.",
    )

    @api.depends(
        "return_line_id.covers_parts", "return_line_id.covers_labour", "return_line_id.resolution", "sale_order_id.state", "sale_order_id.validity_date", "sale_order_id.amount_total",
        "sale_order_id.repair_accepted_amount",
    )
    def _compute_quotation_state(self):
        for repair in self:
            order = repair.sale_order_id
            if not repair._is_charged():
                repair.quotation_state = False
            elif not order:
                repair.quotation_state = "missing"
            elif order.is_expired:
                repair.quotation_state = "expired"
            elif order.state == "sale":
                repair.quotation_state = "exceeded" if order._exceeds_acceptance() else "accepted"
            else:
                repair.quotation_state = {"draft": "draft", "sent": "waiting", "cancel": "declined"}[order.state]

    @api.model
    def _search_quotation_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        # who finds a repair by its quotation need not see what is sold; only of those of returns there is more to know than a domain says
        of_returns = self.sudo().search(Domain("return_line_id", "!=", False) & self._get_quotation_state_domain(value))
        found = Domain("id", "in", of_returns.filtered(lambda repair: repair.quotation_state in value).ids)
        return found | Domain("return_line_id", "=", False) if False in value else found

    @api.model
    def _get_quotation_state_domain(self, states):
        """What narrows down repairs of returns to those that may have one of these states."""
        of_order = {
            "draft": ("draft",), "waiting": ("sent",), "expired": ("draft", "sent"), "declined": ("cancel",), "exceeded": ("sale",), "accepted": ("sale",),
        }
        if False in states:
            return Domain.TRUE
        wanted = {state for name in states for state in of_order.get(name, ())}
        domain = Domain("sale_order_id.state", "in", wanted)
        return domain | Domain("sale_order_id", "=", False) if "missing" in states else domain

    def _is_charged(self):
        """True where the customer pays for parts or labour."""
        self.ensure_one()
        line = self.sudo().return_line_id  # who repairs need not see the return
        return bool(line) and line._get_repair_cover() != {"parts", "labour"}

    # ------------------------------------------------------------ warranty
    def _follow_warranty(self):
        """Whether the parts are free is decided on the return."""
        for repair in self.sudo().filtered(lambda repair: repair.return_line_id and repair.state not in FINISHED_STATES):
            cover = repair.return_line_id._get_repair_cover()
            changed = repair.under_warranty != ("parts" in cover)
            with repair._unlock_quotations():
                if changed:
                    repair.under_warranty = "parts" in cover
                repair._price_labour()
            if changed:
                repair._schedule_quotation_steps()

    @api.constrains("under_warranty", "return_line_id")
    def _check_under_warranty(self):
        for repair in self.sudo():
            line = repair.return_line_id
            if line and repair.state not in FINISHED_STATES and repair.under_warranty != ("parts" in line._get_repair_cover()):
                raise ValidationError(self.env._(
                    "%(repair)s: whether it is in warranty is decided on return %(order)s.", repair=repair.name, order=line.return_id.name,
                ))

    def _prepare_warranty_values(self, vals):
        """A repair that is linked to a return has its warranty."""
        if not vals.get("return_line_id"):
            return vals
        line = self.env["return.order.line"].sudo().browse(vals["return_line_id"])  # see `_is_charged`
        return {**vals, "under_warranty": "parts" in line._get_repair_cover()}

    # ------------------------------------------------------------ the gate
    @api.model_create_multi
    def create(self, vals_list):
        repairs = super().create([self._prepare_warranty_values(vals) for vals in vals_list])
        repairs.filtered(lambda repair: repair.state in WORK_STATES)._check_accepted()
        repairs._schedule_quotation_steps()
        return repairs

    def write(self, vals):
        if vals.get("state") in WORK_STATES:
            self.filtered(lambda repair: repair.state != vals["state"])._check_accepted()
        return super().write(self._prepare_warranty_values(vals))

    def action_repair_done(self):
        self._check_used_parts()
        return super().action_repair_done()

    def action_repair_cancel_draft(self):
        with self._unlock_quotations():
            result = super().action_repair_cancel_draft()
        self._follow_warranty()
        self._schedule_quotation_steps()
        return result

    def _check_accepted(self):
        """Nobody pays for work that they have not accepted."""
        self._follow_warranty()
        if gaps := [gap for repair in self if (gap := repair._get_quotation_gap())]:
            raise UserError("\n".join([self.env._("Work waits until the customer has accepted its price:"), *gaps]))

    def _get_quotation_gap(self):
        """What the work still waits for, or False."""
        self.ensure_one()
        if self.quotation_state == "missing":
            return self.env._("• %s: make a quotation with «Create Quotation»", self.name)
        gap = {
            "draft": self.env._("• %(repair)s: send quotation %(order)s"),
            "waiting": self.env._("• %(repair)s: the customer has not accepted quotation %(order)s yet"),
            "expired": self.env._("• %(repair)s: quotation %(order)s expired on %(date)s. «Ask Anew» there makes it valid again"),
            "declined": self.env._("• %(repair)s: quotation %(order)s was declined. «Ask Anew» there, or «Customer Refuses»"),
            "exceeded": self.env._(
                "• %(repair)s: quotation %(order)s is %(amount)s by now, accepted were %(accepted)s. «Ask Anew» there, or take out what was added",
            ),
        }.get(self.quotation_state)
        order = self.sudo().sale_order_id  # who repairs need not see what is sold
        return gap and gap % {
            "repair": self.name, "order": order.name, "date": format_date(self.env, order.validity_date),
            "amount": order.currency_id.format(order.amount_total), "accepted": order.currency_id.format(order.repair_accepted_amount),
        }

    def _check_used_parts(self):
        """What was used beyond what was quoted would be invoiced without having been accepted."""
        gaps = [
            self.env._(
                "• %(repair)s: %(used)s %(part)s used, %(quoted)s quoted", repair=repair.name, part=move.product_id.display_name,
                used=move.quantity, quoted=move.product_uom_qty,
            )
            for repair in self if repair.return_line_id and not repair.under_warranty
            for move in repair.move_ids
            if move.repair_line_type == "add" and move.product_uom.compare(move.quantity, move.product_uom_qty) > 0
        ]
        if gaps:
            raise UserError("\n".join([
                self.env._("The customer has not accepted all of these parts. Change their demand, and the quotation follows:"), *gaps,
            ]))

    # ------------------------------------------------------------ quotations
    def _get_quotation_activities(self):
        """What the sales representative has to do about the quotations of these repairs."""
        return self.sudo().return_line_id.return_id.activity_search([ACTIVITY_TYPE], additional_domain=[("repair_id", "in", self.ids)])

    def _get_quotation_step(self):
        """What the sales representative has to do about its quotation, or False."""
        self.ensure_one()
        if self.state in FINISHED_STATES:
            return False
        order = self.sale_order_id.name
        return {
            "missing": self.env._("Repair %s is to be paid: make a quotation", self.name),
            "expired": self.env._("Repair quotation %s has expired: ask anew, or send the goods back", order),
            "declined": self.env._("Repair quotation %s was declined: ask anew, or send the goods back", order),
            "exceeded": self.env._("Repair quotation %s is more than was accepted: ask anew", order),
        }.get(self.quotation_state, False)

    def _schedule_quotation_steps(self):
        """Nothing that waits for the customer's word is forgotten: doing it twice asks for nothing twice."""
        for repair in self.sudo().filtered("return_line_id"):  # see `_is_charged`
            order = repair.return_line_id.return_id
            user = order._get_role_user("rep")
            summary = repair.with_context(lang=user.lang)._get_quotation_step()
            present = repair._get_quotation_activities()
            kept = present.filtered(lambda activity, step=(user, summary): (activity.user_id, activity.summary) == step)
            (present - kept)._action_done()
            if summary and not kept:
                order.activity_schedule(ACTIVITY_TYPE, summary=summary, user_id=user.id, repair_id=repair.id)

    @api.model
    def _cron_schedule_quotation_steps(self):
        """A quotation expires by itself."""
        self.search(Domain("state", "not in", FINISHED_STATES) & Domain("quotation_state", "in", ("missing", "expired", "exceeded")))._schedule_quotation_steps()

    @contextmanager
    def _unlock_quotations(self):
        """What the repair changes of its own quotation is accepted anew where it costs more: a lock keeps it from others."""
        # who repairs need not be allowed to sell
        locked = self.sudo().filtered("return_line_id").sale_order_id.filtered("locked")
        locked.locked = False
        yield
        locked.locked = True

    def action_repair_cancel(self):
        with self._unlock_quotations():
            result = super().action_repair_cancel()
        self._schedule_quotation_steps()
        return result

    @api.model
    def _get_waiting_domain(self):
        """Repairs of returns whose quotation the customer has and has not answered."""
        return Domain("state", "not in", FINISHED_STATES) & Domain("return_line_id", "!=", False) & Domain("sale_order_id.state", "=", "sent")

    def action_create_sale_order(self):
        """Each repair of a return has a quotation of its own: the customer accepts or refuses each by itself."""
        of_returns = self.filtered("return_line_id")
        of_returns.check_access("write")
        of_returns._check_quotable()
        of_returns._follow_warranty()
        for repair in of_returns:
            # who repairs need not be allowed to sell
            quoted = repair.sudo().with_company(repair.company_id)
            super(RepairOrder, quoted).action_create_sale_order()
            quoted.sale_order_id.write({"user_id": quoted.return_line_id.return_id.user_id.id, "require_signature": True})
            quoted._update_labour_line()
            quoted._schedule_quotation_steps()
        if others := self - of_returns:
            return super(RepairOrder, others).action_create_sale_order()
        return of_returns.sale_order_id._get_records_action()

    def _check_quotable(self):
        if bare := self.filtered(lambda repair: not repair.labour_hours and "add" not in repair.move_ids.mapped("repair_line_type")):
            raise UserError(self.env._("There is nothing to quote yet. Enter parts or labour hours: %s", ", ".join(bare.mapped("name"))))
        if finished := self.filtered(lambda repair: repair.state in FINISHED_STATES):
            raise UserError(self.env._("What is repaired or cancelled is not quoted: %s", ", ".join(finished.mapped("name"))))
