from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

TRANSITIONS = {
    "planned": {"done": ("technician", "action_done"), "cancel": ("technician", "action_cancel")},
    "done": {"planned": ("technician", "action_reopen")},
    "cancel": {"planned": ("technician", "action_reopen")},
}


class ReturnVisit(models.Model):
    """Something is repaired at the customer's: who goes there, when and where, and what came of it.

    It stands in the calendars of all who go (return_visit_event.py), and the return waits for it. Visits are listed by day, and
    of a day by place, so that a route can be read off.
    """

    _name = "return.visit"
    _description = "Repair Visit"
    _inherit = ["quality.workflow.mixin", "quality.notify.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "visit_day, zip, city, street, visit_start, id"
    _check_company_auto = True
    _rec_names_search = ["partner_id", "return_id"]

    # what for
    return_id = fields.Many2one("return.order", check_company=True, index="btree_not_null", ondelete="restrict", domain="[('is_open', '=', True)]")
    complaint_id = fields.Many2one(
        "quality.complaint", check_company=True, index="btree_not_null", ondelete="restrict", domain="[('accepts_repairs', '=', True)]",
        compute="_compute_complaint_id", store=True, readonly=False, precompute=True,
    )
    company_id = fields.Many2one("res.company", compute="_compute_company_id", store=True, precompute=True, required=True)
    partner_id = fields.Many2one("res.partner", "Customer", compute="_compute_partner_id", store=True, precompute=True, index=True, ondelete="restrict")
    commercial_partner_id = fields.Many2one(related="partner_id.commercial_partner_id", store=True, index=True)
    note = fields.Text("What Is to Be Done")

    # who, when and where
    user_id = fields.Many2one(
        "res.users", "Technician", required=True, tracking=True, index=True, domain="[('share', '=', False)]", default=lambda self: self.env.user,
    )
    participant_ids = fields.Many2many("res.users", string="Also Go", domain="[('share', '=', False)]")
    visit_start = fields.Datetime("From", required=True, tracking=True)
    visit_duration = fields.Float("Hours", default=2, required=True, tracking=True)
    visit_stop = fields.Datetime("Until", compute="_compute_visit_stop", store=True)
    visit_day = fields.Date("Day", compute="_compute_visit_day", store=True, index=True)
    address_id = fields.Many2one(
        "res.partner", compute="_compute_address_id", store=True, readonly=False, precompute=True, tracking=True, ondelete="restrict",
        domain="[('commercial_partner_id', '=', commercial_partner_id)]",
    )
    zip = fields.Char(related="address_id.zip", store=True)
    city = fields.Char(related="address_id.city", store=True)
    street = fields.Char(related="address_id.street", store=True)
    phone = fields.Char(compute="_compute_phone")
    conflict = fields.Text("Booked Already", compute="_compute_conflict")

    # what came of it
    state = fields.Selection(
        [("planned", "Planned"), ("done", "Done"), ("cancel", "Cancelled")], default="planned", required=True, tracking=True, copy=False, index=True,
    )
    result = fields.Text(copy=False, help="What was found and done.")
    can_change = fields.Boolean(compute="_compute_can_change")
    can_see_return = fields.Boolean(compute="_compute_can_change")
    can_see_complaint = fields.Boolean(compute="_compute_can_change")
    parts_note = fields.Text("Parts", help="To take along, and what of them was used.")

    _visit_duration_positive = models.Constraint("CHECK (visit_duration > 0)", "A visit takes some time.")
    _visit_is_for_something = models.Constraint(
        "CHECK (return_id IS NOT NULL OR complaint_id IS NOT NULL)", "A repair visit is for a return or a complaint. Choose one.",
    )

    # ------------------------------------------------------------ computes
    @api.depends("return_id.complaint_id")
    def _compute_complaint_id(self):
        for visit in self:
            # who plans the visit of a return need not see its complaint
            visit.complaint_id = visit.sudo().return_id.complaint_id or visit.complaint_id

    @api.depends("return_id", "complaint_id")
    def _compute_company_id(self):
        for visit in self:
            visit.company_id = visit._get_case().company_id or self.env.company

    @api.depends("return_id.partner_id", "complaint_id.partner_id")
    def _compute_partner_id(self):
        for visit in self:
            visit.partner_id = visit._get_case().partner_id

    def _get_case(self):
        """The return that it is for, else the complaint; who goes there need not be allowed to read it."""
        self.ensure_one()
        return self.sudo().return_id or self.sudo().complaint_id

    @api.depends("return_id", "complaint_id")
    def _compute_address_id(self):
        """Proposed: where the goods are or were delivered to, else another known address of the customer."""
        for visit in self.filtered(lambda visit: not visit.address_id):
            case = visit._get_case()
            candidates = (case[:1].sale_order_id.partner_shipping_id, case[:1].contact_id, case[:1].partner_id)
            own = [partner for partner in candidates if partner.commercial_partner_id == visit.partner_id.commercial_partner_id]
            visit.address_id = next((partner for partner in own if partner.street and partner.city), case.partner_id)

    @api.depends("visit_start", "visit_duration")
    def _compute_visit_stop(self):
        for visit in self:
            visit.visit_stop = visit.visit_start and visit.visit_start + timedelta(minutes=round(visit.visit_duration * 60))

    @api.depends("visit_start", "company_id")
    def _compute_visit_day(self):
        for visit in self:
            visit.visit_day = visit.visit_start and visit.company_id._get_local_date(visit.visit_start)

    @api.depends("return_id", "complaint_id", "address_id")
    def _compute_phone(self):
        for visit in self:
            visit.phone = visit._get_case().partner_phone or visit.address_id.phone

    @api.depends_context("uid")
    def _compute_can_change(self):
        for visit in self:
            visit.can_change = visit.has_access("write")
            visit.can_see_return = bool(visit.return_id) and visit.return_id.has_access("read")
            visit.can_see_complaint = bool(visit.complaint_id) and visit.complaint_id.has_access("read")

    @api.depends("partner_id", "visit_day")
    def _compute_display_name(self):
        for visit in self:
            visit.display_name = ", ".join(filter(None, (visit.partner_id.name, visit.visit_day and fields.Date.to_string(visit.visit_day))))

    # ------------------------------------------------------------ constraints
    @api.constrains("address_id", "return_id", "complaint_id")
    def _check_parties(self):
        problems = []
        for visit in self.sudo():
            customer = visit.commercial_partner_id
            if visit.address_id and visit.address_id.commercial_partner_id != customer:
                problems.append(self.env._(
                    "%(contact)s does not belong to %(customer)s.", contact=visit.address_id.display_name, customer=customer.display_name,
                ))
            other = visit.complaint_id.commercial_partner_id
            if other and other != customer:
                problems.append(self.env._(
                    "%(complaint)s is a complaint of %(customer)s, not of %(other)s.", complaint=visit.complaint_id.name,
                    customer=other.display_name, other=customer.display_name,
                ))
        if problems:
            raise ValidationError("\n".join(problems))

    @api.constrains("user_id", "participant_ids", "company_id")
    def _check_people(self):
        for visit in self.sudo():
            if strangers := visit._get_visitors().filtered(lambda user, company=visit.company_id: user.share or company not in user.company_ids):
                raise ValidationError(self.env._(
                    "They don't work in %(company)s, so they can't go: %(people)s", company=visit.company_id.name, people=", ".join(strangers.mapped("name")),
                ))

    # ------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        visits._check_cases()
        visits._sync_event()
        visits._tell(visits._get_planned_subject)
        return visits

    def _check_cases(self):
        """Whoever plans a visit sees what it is for, and that is handled now."""
        if self.env.su:
            return
        for cases in (self.sudo().return_id, self.sudo().complaint_id - self.sudo().return_id.complaint_id):
            cases.with_env(self.env).check_access("read")
        if gaps := [gap for visit in self for gap in visit.sudo()._get_gaps_planned()]:
            raise UserError("\n".join(gaps))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A visit that was planned stays on record. Cancel it instead of deleting it."))

    # ------------------------------------------------------------ the rules of its moves
    @api.model
    def _get_transitions(self):
        return TRANSITIONS

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {"event_id"}

    @api.model
    def _get_fixed_fields(self):
        return super()._get_fixed_fields() | {"return_id", "complaint_id"}

    def _get_missing_role(self, role):
        """Who may change a visit, by the record rules, may move it."""
        return False

    def _get_gaps_planned(self):
        if self.return_id and not self.return_id.is_open:
            return [self.env._("A return that is not finished: %s is", self.return_id.name)]
        if self.return_id.state in ("draft", "decision"):
            return [self.env._("A return that is accepted: %s is not yet", self.return_id.name)]
        if not self.return_id and not self.complaint_id.accepts_repairs:
            return [self.env._("A complaint that is approved and not finished: %s is not", self.complaint_id.name)]
        return []

    def _get_gaps_done(self):
        return [] if (self.result or "").strip() else [self.env._("What was found and done")]

    # ------------------------------------------------------------ moves
    def action_done(self):
        self._move("done", "action_done")

    def action_cancel(self):
        """It does not take place: who was to go is told, and the calendar is free again."""
        self._move("cancel", "action_cancel")
        self._after_cancelling()

    def action_reopen(self):
        """It takes place after all, or was not done."""
        self._move("planned", "action_reopen")
        self._sync_event()
        self._tell(self._get_planned_subject)

    def _after_cancelling(self):
        self._sync_event()
        self._tell(lambda visit: visit.env._("Visit cancelled: %s", visit.display_name))

    # ------------------------------------------------------------ people
    def _get_visitors(self):
        """All who go: ``res.users``."""
        return self.user_id | self.participant_ids

    def _get_planned_subject(self, visit):
        return visit.env._("Repair visit: %s", visit.display_name)

    def _tell(self, get_subject, users=None):
        """Tell all who go, or those users, but not who does it.

        :param get_subject: function of a visit, in the language of who reads
        """
        for visit in self:
            told = visit.sudo()._get_visitors() if users is None else users
            visit._notify_users(told - self.env.user, lambda localized: (get_subject(localized), localized._get_summary()))

    def action_view_return(self):
        self.ensure_one()
        return self.return_id._get_records_action()

    def action_view_complaint(self):
        self.ensure_one()
        return self.complaint_id._get_records_action()
