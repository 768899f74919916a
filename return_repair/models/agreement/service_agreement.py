from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.quality_complaint.models.complaint.warranty_mixin import WARRANTY_UNITS

TRANSITIONS = {
    "draft": {"active": ("seller", "action_activate"), "cancel": ("seller", "action_cancel")},
    "active": {"cancel": ("seller", "action_cancel")},
    "cancel": {},
}

# what the customer was promised
AGREED_FIELDS = {
    "partner_id", "date_from", "date_to", "product_ids", "categ_ids", "lot_ids", "warranty_extension", "extension_duration",
    "extension_unit", "covers_parts", "covers_labour", "policy_ids", "return_decision_days", "return_reply_days",
}

SYSTEM_FIELDS = {"date_last", "reminded_on", "renewed_from_id"}


class ServiceAgreement(models.Model):
    """What was agreed with a customer about service: for which goods, from when to when, how much longer they are in warranty,
    and how fast complaints and returns are answered.

    What counts for a case is what covers the customer on the day they told us (service_agreement_cover.py). What was agreed is
    not changed afterwards, so that looking it up later gives the same; it is cancelled, or renewed (service_agreement_renewal.py).
    """

    _name = "service.agreement"
    _description = "Service Agreement"
    _inherit = ["quality.workflow.mixin", "quality.notify.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_to desc, id desc"
    _check_company_auto = True
    _rec_names_search = ["name", "reference", "partner_id"]

    # who and when
    name = fields.Char("Agreement Number", readonly=True, copy=False, index="trigram", default="/")
    reference = fields.Char("Contract", tracking=True, help="What you or the customer call it, or the number of their contract.")
    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, tracking=True, index=True, ondelete="restrict", check_company=True,
        help="Counts for all contacts of the same company.",
    )
    commercial_partner_id = fields.Many2one(related="partner_id.commercial_partner_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users", "Salesperson", required=True, default=lambda self: self.env.user, tracking=True, index=True,
        domain="[('share', '=', False)]", help="Is reminded before the agreement ends.",
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today, tracking=True)
    date_to = fields.Date("To", required=True, tracking=True, help="The last day.")
    date_last = fields.Date(
        "Covers Until", readonly=True, copy=False, index="btree_not_null",
        help="The last day on which it counts: its end, or the day it was cancelled. Empty: it has never been active.",
    )
    note = fields.Html("Remarks")

    # for which goods
    product_ids = fields.Many2many(
        "product.product", string="Products", check_company=True, domain="[('type', '=', 'consu')]",
        help="With the categories empty, too: all goods of the customer.",
    )
    categ_ids = fields.Many2many("product.category", string="Product Categories", help="Also the categories below them.")
    lot_ids = fields.Many2many(
        "stock.lot", string="Lots/Serial Numbers", check_company=True, help="Of a product of which some stand here, only these are covered.",
    )

    # what is agreed
    warranty_extension = fields.Selection(
        [("none", "As Usual"), ("longer", "Longer"), ("until_end", "Until the Agreement Ends")], "Warranty", required=True, default="none", tracking=True,
        help="Longer: so much on top of the terms of product and category, or from the delivery on where they have none.",
    )
    extension_duration = fields.Integer("Longer By")
    extension_unit = fields.Selection(WARRANTY_UNITS, default="month", required=True)
    covers_parts = fields.Boolean("Parts Are Free", default=True, help="In repairs that are in warranty by this agreement.")
    covers_labour = fields.Boolean("Labour Is Free", default=True, help="In repairs that are in warranty by this agreement.")
    policy_ids = fields.Many2many(
        "quality.deadline.policy", string="Deadline Policies", check_company=True, domain="[('for_agreements', '=', True)]",
        help="Count for complaints about what is covered, before all policies that are for everybody.",
    )
    return_decision_days = fields.Integer("Decide Returns Within", help="Working days. Zero: as the company's settings say.")
    return_reply_days = fields.Integer("Answer Returns Within", help="Working days. Zero: as the company's settings say.")

    # how far
    state = fields.Selection(
        [("draft", "New"), ("active", "Active"), ("cancel", "Cancelled")], default="draft", required=True, tracking=True, copy=False, index=True,
    )
    coverage_state = fields.Selection(
        [("draft", "New"), ("upcoming", "Upcoming"), ("running", "Active"), ("expired", "Expired"), ("cancel", "Cancelled")], "Coverage",
        compute="_compute_coverage_state", search="_search_coverage_state",
    )
    next_gaps = fields.Text("Still Missing", compute="_compute_next_gaps", help="What it takes to activate it.")
    can_change = fields.Boolean(compute="_compute_can_change")

    _number_once = models.Constraint("UNIQUE (company_id, name)", "This agreement number exists already.")
    _dates_in_order = models.Constraint("CHECK (date_to >= date_from)", "An agreement can't end before it begins.")
    _times_not_negative = models.Constraint(
        "CHECK (extension_duration >= 0 AND return_decision_days >= 0 AND return_reply_days >= 0)", "Times can't be negative.",
    )

    # ------------------------------------------------------------ computes
    @api.model
    def _get_coverage_domains(self):
        """{coverage state: domain} as of today; each agreement is in one."""
        today = fields.Date.context_today(self)
        active = Domain("state", "=", "active")
        return {
            "draft": Domain("state", "=", "draft"),
            "upcoming": active & Domain("date_from", ">", today),
            "running": active & Domain("date_from", "<=", today) & Domain("date_last", ">=", today),
            "expired": active & Domain("date_last", "<", today),
            "cancel": Domain("state", "=", "cancel"),
        }

    @api.depends("state", "date_from", "date_last")
    def _compute_coverage_state(self):
        domains = self._get_coverage_domains()
        for agreement in self:
            agreement.coverage_state = next((state for state, domain in domains.items() if agreement.filtered_domain(domain)), False)

    def _search_coverage_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(domain for state, domain in self._get_coverage_domains().items() if state in value)

    @api.depends("state", *AGREED_FIELDS)
    @api.depends_context("lang")
    def _compute_next_gaps(self):
        for agreement in self:
            gaps = agreement._get_gaps("active") if agreement.state == "draft" and agreement._origin else []
            agreement.next_gaps = "\n".join(gaps)

    @api.depends_context("uid")
    def _compute_can_change(self):
        for agreement in self:
            agreement.can_change = agreement.has_access("write")

    @api.depends("name", "reference", "partner_id")
    def _compute_display_name(self):
        for agreement in self:
            number = agreement.name if agreement.name != "/" else self.env._("New Service Agreement")
            agreement.display_name = " ".join(filter(None, (number, agreement.reference or agreement.partner_id.name)))

    # ------------------------------------------------------------ constraints
    @api.constrains("user_id", "company_id")
    def _check_user_id(self):
        for agreement in self.sudo():
            if agreement.company_id not in agreement.user_id.company_ids:
                raise ValidationError(self.env._(
                    "%(user)s may not work in %(company)s, so they can't look after its service agreements.",
                    user=agreement.user_id.name, company=agreement.company_id.name,
                ))

    # ------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        default_company_id = self.default_get(["company_id"])["company_id"]
        for vals in vals_list:
            vals["company_id"] = vals.get("company_id") or default_company_id
        self.env["res.company"]._number_records(vals_list, "agreement_sequence_id")
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The register keeps every service agreement. Cancel it instead of deleting it."))

    # ------------------------------------------------------------ the rules of its moves
    @api.model
    def _get_transitions(self):
        return TRANSITIONS

    @api.model
    def _get_finished_states(self):
        return ("cancel",)

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | SYSTEM_FIELDS

    def _get_missing_role(self, role):
        """Who may change an agreement, by the record rules, may move it."""
        return False

    def _before_content_write(self, vals):
        super()._before_content_write(vals)
        if self.env.su or not AGREED_FIELDS & vals.keys():
            return
        if agreed := self.filtered(lambda agreement: agreement.state != "draft"):
            labels = self.fields_get(sorted(AGREED_FIELDS & vals.keys()), ["string"])
            raise UserError(self.env._(
                "%(fields)s: what was agreed stays as it was. Cancel the agreement, or renew it with other terms (%(agreements)s).",
                fields=", ".join(label["string"] for label in labels.values()), agreements=", ".join(agreed.mapped("name")),
            ))

    def _after_content_write(self, vals, before):
        super()._after_content_write(vals, before)
        if "partner_id" in vals:
            self.check_access("create")  # made with whom the user may make one with, also afterwards

    def _get_gaps_active(self):
        gaps = []
        extended = self.warranty_extension != "none"
        if not (extended or self.policy_ids or self.return_decision_days or self.return_reply_days):
            gaps.append(self.env._("What is agreed: a longer warranty, deadline policies, or times for returns"))
        if self.warranty_extension == "longer" and not self.extension_duration:
            gaps.append(self.env._("By how much the warranty is longer"))
        if extended and not (self.covers_parts or self.covers_labour):
            gaps.append(self.env._("What is free in repairs: parts, labour or both"))
        return gaps

    def _get_gaps_cancel(self):
        if self.coverage_state == "expired":
            return [self.env._("Time: it has ended already, so there is nothing to cancel")]
        return []

    def action_activate(self):
        """From now on it covers what happens between its first and its last day."""
        self._check_button("active", "action_activate")
        for agreement in self:
            agreement._write_system({"state": "active", "date_last": agreement.date_to})
        self.sudo().renewed_from_id._close_reminders()  # the renewed one may be a colleague's
        self._remind_if_near()

    def action_cancel(self):
        """Today is its last day. What was promised until then is kept."""
        self._check_button("cancel", "action_cancel")
        for agreement in self:
            today = agreement.company_id._get_local_date(fields.Datetime.now())
            agreement._write_system({"state": "cancel", "date_last": agreement.date_last and min(agreement.date_last, today)})
        self._close_reminders()
