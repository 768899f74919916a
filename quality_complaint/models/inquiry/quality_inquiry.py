from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..complaint.quality_complaint import CHANNELS
from ..deadline.quality_deadline_mixin import ALERT_FIELDS

STATES = [("new", "New"), ("forwarded", "Forwarded"), ("answered", "Answered"), ("done", "Done"), ("cancel", "Cancelled")]

FINISHED_STATES = ("done", "cancel")

# only the buttons that stand for them set these
SYSTEM_FIELDS = {"acknowledged_on", "cancel_reason", "date_start", "date_warning", "date_paused", "date_done", *ALERT_FIELDS.values()}

# fewer digits than this are no telephone number, an extension neither
PHONE_DIGITS = 3


class QualityInquiry(models.Model):
    """A customer wants to know something: what he asked, the answer, and what he said to it.

    It is answered at once, or forwarded to a team that answers in time; who took it tells the customer. How it moves
    stands in quality_inquiry_workflow.py, how it becomes a complaint in quality_inquiry_complaint.py.
    """

    _name = "quality.inquiry"
    _description = "Inquiry"
    _inherit = ["quality.workflow.mixin", "quality.deadline.mixin", "quality.notify.mixin", "mail.thread.phone", "mail.activity.mixin"]
    _order = "date_received desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"
    _rec_names_search = ["name", "subject", "partner_id"]

    # who asks
    name = fields.Char("Number", readonly=True, copy=False, index="trigram", default="/")
    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    subject = fields.Char(required=True, tracking=True, index="trigram", help="The question in one sentence.")
    partner_id = fields.Many2one(
        "res.partner", "Customer", tracking=True, index="btree_not_null", ondelete="restrict", check_company=True,
        help="The person or the company. Empty: somebody we do not know yet.",
    )
    commercial_partner_id = fields.Many2one(related="partner_id.commercial_partner_id", store=True, index="btree_not_null")
    partner_name = fields.Char("Name", compute="_compute_partner_name", store=True, readonly=False, precompute=True)
    partner_phone = fields.Char("Phone", compute="_compute_partner_phone", store=True, readonly=False, precompute=True)
    partner_email = fields.Char("E-mail", compute="_compute_partner_email", store=True, readonly=False, precompute=True)
    channel = fields.Selection(CHANNELS, default="phone", required=True)
    date_received = fields.Datetime(
        "Received On", required=True, default=fields.Datetime.now, copy=False, index=True, help="When the customer asked.",
    )
    user_id = fields.Many2one(
        "res.users", "Taken By", default=lambda self: self._default_user_id(), tracking=True, index=True,
        domain="[('share', '=', False)]", help="Gets the answer back, and tells the customer.",
    )

    # what he wants to know
    type_id = fields.Many2one(
        "quality.inquiry.type", "Type of Question", check_company=True, index=True, ondelete="restrict", tracking=True,
    )
    question_count = fields.Integer("Number of Questions", default=1)
    question = fields.Html(help="What he wants to know, so that who answers it need not phone back.")
    product_id = fields.Many2one("product.product", check_company=True, index="btree_not_null", ondelete="restrict")
    product_categ_id = fields.Many2one(
        "product.category", "Product Category", index="btree_not_null", ondelete="restrict",
        compute="_compute_product_categ_id", store=True, readonly=False, precompute=True,
    )
    quality_brand_id = fields.Many2one(
        "quality.brand", "Brand", index="btree_not_null", ondelete="restrict",
        compute="_compute_quality_brand_id", store=True, readonly=False, precompute=True,
    )

    # who answers
    team_id = fields.Many2one(
        "quality.team", "Asked Team", check_company=True, index=True, tracking=True, ondelete="restrict",
        compute="_compute_team_id", store=True, readonly=False, precompute=True,
    )
    responder_id = fields.Many2one(
        "res.users", tracking=True, index=True, domain="[('id', 'in', candidate_ids)]",
        compute="_compute_responder_id", store=True, readonly=False, precompute=True, help="Proposed: the team's leader.",
    )
    candidate_ids = fields.Many2many("res.users", compute="_compute_candidate_ids")
    date_start = fields.Datetime("Forwarded On", default=False, readonly=True)
    date_deadline = fields.Datetime("Answer Until", copy=False, tracking=True, help="Empty: as long as the company's settings say.")
    date_done = fields.Datetime("Answered On")
    answer = fields.Html(copy=False)
    result = fields.Text("What the Customer Said", copy=False)
    timeliness = fields.Selection(
        [("at_once", "Answered at Once"), ("in_time", "Answered in Time"), ("late", "Answered Late"), ("open", "Not Answered Yet")],
        "Answer in Time", compute="_compute_timeliness", store=True,
    )

    # what came of it
    state = fields.Selection(STATES, default="new", required=True, tracking=True, copy=False, index=True, group_expand="_group_expand_states")
    cancel_reason = fields.Text(readonly=True, copy=False)
    complaint_id = fields.Many2one(
        "quality.complaint", readonly=True, copy=False, index="btree_not_null", ondelete="restrict", check_company=True,
        help="What the inquiry became.",
    )

    _number_once = models.Constraint("UNIQUE (company_id, name)", "This inquiry number exists already.")
    _question_count_positive = models.Constraint("CHECK (question_count > 0)", "An inquiry is at least one question.")

    # ------------------------------------------------------------ defaults and computes
    @api.model
    def _default_user_id(self):
        """Who records it has taken it; what arrives by itself is nobody's yet."""
        return self.env.user if self.env.user._is_internal() and not self.env.user._is_superuser() else False

    @api.model
    def _group_expand_states(self, states, domain):
        """A kanban always shows the columns of the work; the others where there is something in them."""
        return [state for state, _label in STATES if state not in FINISHED_STATES or state in states]

    @api.depends("partner_id")
    def _compute_partner_name(self):
        for inquiry in self:
            inquiry.partner_name = inquiry.partner_id.name or inquiry.partner_name

    @api.depends("partner_id")
    def _compute_partner_phone(self):
        for inquiry in self:
            partner = inquiry.partner_id
            inquiry.partner_phone = partner.phone or partner.commercial_partner_id.phone or inquiry.partner_phone

    @api.depends("partner_id")
    def _compute_partner_email(self):
        for inquiry in self:
            partner = inquiry.partner_id
            inquiry.partner_email = partner.email or partner.commercial_partner_id.email or inquiry.partner_email

    @api.depends("product_id")
    def _compute_product_categ_id(self):
        for inquiry in self:
            inquiry.product_categ_id = inquiry.product_id.categ_id or inquiry.product_categ_id

    @api.depends("product_id")
    def _compute_quality_brand_id(self):
        for inquiry in self:
            inquiry.quality_brand_id = inquiry.product_id.quality_brand_id or inquiry.quality_brand_id

    @api.depends("type_id")
    def _compute_team_id(self):
        """Proposed by the type, until somebody was asked."""
        for inquiry in self:
            proposed = inquiry.type_id.team_id if inquiry.state == "new" else False
            inquiry.team_id = proposed or inquiry.team_id

    @api.depends("team_id")
    def _compute_responder_id(self):
        for inquiry in self:
            people = inquiry.team_id._get_people()
            inquiry.responder_id = inquiry.responder_id if inquiry.responder_id in people else inquiry.team_id.leader_id

    @api.depends("team_id", "company_id")
    def _compute_candidate_ids(self):
        for inquiry in self:
            people = inquiry.team_id._get_people().sudo()  # in which other companies they work, who asks need not know
            inquiry.candidate_ids = inquiry._can_be_told(people).with_env(self.env)

    @api.depends("state", "date_done", "date_deadline")
    def _compute_timeliness(self):
        for inquiry in self:
            if not inquiry.date_done:
                # what became a complaint or was cancelled before is not answered any more
                inquiry.timeliness = "open" if inquiry.state in ("new", "forwarded") else False
            elif not inquiry.date_deadline:
                inquiry.timeliness = "at_once"
            else:
                inquiry.timeliness = "late" if inquiry.deadline_state == "missed" else "in_time"

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for inquiry in self:
            number = inquiry.name if inquiry.name != "/" else self.env._("New Inquiry")
            inquiry.display_name = " ".join(filter(None, (number, inquiry.subject)))

    # ------------------------------------------------------------ deadline
    @api.model
    def _pending_domain(self):
        return super()._pending_domain() & Domain("state", "=", "forwarded")

    def _deadline_owner(self):
        self.ensure_one()
        return self.responder_id or self.team_id.leader_id

    # ------------------------------------------------------------ constraints
    @api.constrains("subject", "partner_id", "partner_name", "partner_phone", "partner_email")
    def _check_who_asks(self):
        for inquiry in self:
            if not any((text or "").strip() for text in (inquiry.partner_name, inquiry.partner_phone, inquiry.partner_email)) and not inquiry.partner_id:
                raise ValidationError(self.env._("Who asks? Choose the customer, or write a name, a phone number or an e-mail address."))

    @api.constrains("partner_phone")
    def _check_partner_phone(self):
        for inquiry in self:
            phone = inquiry.partner_phone
            of_partner = (inquiry.partner_id | inquiry.commercial_partner_id).mapped("phone")
            if phone and phone not in of_partner and sum(character.isdigit() for character in phone) < PHONE_DIGITS:
                raise ValidationError(self.env._("«%s» is not a telephone number. Write at least its digits, or leave it empty.", phone))

    @api.constrains("date_received")
    def _check_date_received(self):
        now = fields.Datetime.now()
        if any(inquiry.date_received > now for inquiry in self):
            raise ValidationError(self.env._("The day an inquiry was received can't lie in the future."))

    @api.constrains("user_id", "responder_id", "team_id", "company_id")
    def _check_people(self):
        """Who answers is of the team, and both work in the company."""
        problems = []
        for inquiry in self.sudo():
            problems.extend(
                self.env._(
                    "%(user)s may not work in %(company)s, so %(inquiry)s can't be given to them.",
                    user=user.name, company=inquiry.company_id.name, inquiry=inquiry.display_name,
                )
                for user in inquiry.user_id | inquiry.responder_id if inquiry.company_id not in user.company_ids
            )
            if inquiry.responder_id and inquiry.responder_id not in inquiry.team_id._get_people():
                problems.append(self.env._(
                    "%(user)s is not in the team that is asked. Choose somebody of %(team)s.",
                    user=inquiry.responder_id.name, team=inquiry.team_id.name or self.env._("a team"),
                ))
        if problems:
            raise ValidationError("\n".join(problems))

    @api.constrains("state", "team_id", "responder_id", "date_deadline")
    def _check_forwarded(self):
        """What is forwarded has somebody who answers, and a deadline."""
        for inquiry in self:
            if inquiry.state == "forwarded" and (gaps := inquiry._get_forward_gaps()):
                raise ValidationError("\n".join([self.env._("%s is forwarded. It needs:", inquiry.name), *(f"• {gap}" for gap in gaps)]))

    def _get_forward_gaps(self):
        """Who has to answer until when: all that is missing of it, a list of sentences."""
        self.ensure_one()
        gaps = []
        if not self.team_id:
            gaps.append(self.env._("The team that is asked"))
        elif not self.responder_id:
            gaps.append(self.env._("Who answers: team %s has no leader, so choose somebody of it", self.team_id.name))
        if self.state == "forwarded" and not self.date_deadline:
            gaps.append(self.env._("A deadline for the answer"))
        return gaps

    # ------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        default_company_id = self.default_get(["company_id"])["company_id"]
        for vals in vals_list:
            vals["company_id"] = vals.get("company_id") or default_company_id
        self.env["res.company"]._number_records(vals_list, "inquiry_sequence_id")
        inquiries = super().create(vals_list)
        # who has just taken one need not be told
        inquiries.filtered(lambda inquiry: inquiry.state != "new" or inquiry.user_id != self.env.user)._schedule_step()
        return inquiries

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What customers asked is kept. Cancel the inquiry instead of deleting it."))

    def copy_data(self, default=None):
        return [
            {**vals, "subject": self.env._("%s (copy)", inquiry.subject)}
            for inquiry, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def _phone_get_number_fields(self):
        return ["partner_phone"]

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ["partner_id"]

    # ------------------------------------------------------------ business
    def action_create_partner(self):
        """Make the unknown caller a customer; who is one already is found by his e-mail address, else by his number."""
        self.ensure_one()
        if self.partner_id:
            raise UserError(self.env._("%(customer)s is the customer of %(inquiry)s already.", customer=self.partner_id.display_name, inquiry=self.name))
        self.partner_id = self._find_partner() or self.env["res.partner"].create(self._prepare_partner_values())

    def _find_partner(self):
        """The partner with this e-mail address, else with this number.

        :raises UserError: several have it
        """
        Partner = self.env["res.partner"]
        for field, value in (("email_normalized", email_normalize(self.partner_email)), ("phone_sanitized", self.phone_sanitized)):
            found = Partner.search([(field, "=", value), ("company_id", "in", (False, self.company_id.id))], limit=5) if value else Partner
            if len(found) > 1:
                raise UserError(self.env._(
                    "Several have this e-mail address or number. Choose one of them as customer:\n%s", "\n".join(found.mapped("display_name")),
                ))
            if found:
                return found
        return Partner

    def _get_email_partner(self):
        """Who gets the answer by e-mail, or nobody where the address is not his: then it goes to the address."""
        self.ensure_one()
        partner = self.partner_id
        return partner if partner.email_normalized == email_normalize(self.partner_email) else partner.browse()

    def _prepare_partner_values(self):
        return {
            "name": self.partner_name or self.partner_email or self.partner_phone,
            "phone": self.partner_phone, "email": self.partner_email, "user_id": self.user_id.id,
        }
