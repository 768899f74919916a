import random

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

STATES = [
    ("draft", "Planning"), ("running", "Collecting"), ("evaluation", "Evaluation"), ("review", "Management Review"),
    ("feedback", "Feedback to Customers"), ("done", "Done"), ("cancel", "Cancelled"),
]

FINISHED_STATES = ("done", "cancel")

CONTACTS = [
    ("customer", "The Customer's Own Address"), ("orderer", "Who Ordered Last"), ("delivery", "Who the Goods Were Delivered To"),
]

# customers are told what was improved within this time after the last day for answers
FEEDBACK_TIME = relativedelta(months=1)


class SurveyCampaign(models.Model):
    """Customers are asked how satisfied they are, once a year at least: whom, with which questionnaire, what came of it.

    How it moves stands in survey_campaign_workflow.py. Its deadline is that of the feedback: customers are told what was improved.
    """

    _name = "survey.campaign"
    _description = "Satisfaction Campaign"
    _inherit = ["quality.workflow.mixin", "quality.deadline.mixin", "quality.notify.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "year desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    # what it is for
    name = fields.Char("Title", required=True, tracking=True)
    year = fields.Integer(required=True, default=lambda self: fields.Date.context_today(self).year, copy=False, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    user_id = fields.Many2one(
        "res.users", "Organized By", required=True, default=lambda self: self.env.user, tracking=True, index=True, check_company=True,
        domain=lambda self: [("all_group_ids", "in", self.env.ref("customer_survey.group_organizer").ids)],
        help="Has the right to organize surveys. Whoever organizes a campaign does not approve it.",
    )
    objectives = fields.Html("Objectives and Focus", help="What is to be found out this year, from the quality objectives.")
    survey_id = fields.Many2one(
        "survey.survey", "Questionnaire", index=True, ondelete="restrict", tracking=True, bypass_search_access=True,
        default=lambda self: self._get_standard_survey(), domain="[('survey_type', 'in', ('survey', 'custom'))]",
    )
    target_percent = fields.Float("Target", default=80, digits=(5, 1), help="Percent. An item below it calls for a measure.")
    minimum_copies = fields.Integer(default=10, help="Below this number of copies no figure is taken for a result.")

    # whom
    date_delivered_from = fields.Date(
        "Deliveries From", required=True, copy=False, default=lambda self: fields.Date.context_today(self) - relativedelta(years=1),
    )
    date_delivered_to = fields.Date("Deliveries To", required=True, copy=False, default=fields.Date.context_today)
    partner_domain = fields.Char("Customers", default="[]", help="Which of the customers who were delivered to in that time.")
    contact_choice = fields.Selection(CONTACTS, default="orderer", required=True, string="Person Who Is Asked")
    sample_size = fields.Integer(help="That many are drawn by chance. Zero: all are asked.")
    sample_seed = fields.Integer(
        default=lambda self: random.randrange(1, 10**6), copy=False, help="The same number draws the same sample again.",
    )
    recent_days = fields.Integer("Not Asked Within", default=90, help="Days. Who was asked in another campaign since then is left out.")
    recipient_ids = fields.One2many("survey.campaign.recipient", "campaign_id", "Recipients", copy=False, bypass_search_access=True)

    # when
    date_send = fields.Datetime("Send From", default=fields.Datetime.now, copy=False)
    date_end = fields.Date("Answers Until", tracking=True, copy=False, help="The last day on which answers count.")
    state = fields.Selection(STATES, default="draft", required=True, tracking=True, copy=False, index=True, group_expand="_group_expand_states")
    date_started = fields.Datetime("Started On", readonly=True, copy=False)
    date_closed = fields.Datetime("Collection Closed On", readonly=True, copy=False)
    date_finished = fields.Datetime("Finished On", readonly=True, copy=False, index="btree_not_null")
    date_deadline = fields.Datetime(copy=False)
    cancel_reason = fields.Text(readonly=True, copy=False)

    _percent_in_range = models.Constraint("CHECK (target_percent > 0 AND target_percent <= 100)", "The target lies above 0 % and is 100 % at most.")
    _numbers_not_negative = models.Constraint(
        "CHECK (sample_size >= 0 AND recent_days >= 0 AND minimum_copies >= 1)", "Sample and days can't be negative, and a result takes one copy at least.",
    )

    # ------------------------------------------------------------ defaults and constraints
    @api.model
    def _get_standard_survey(self):
        """The questionnaire that comes with the addon, unless the company has put it away or keeps it from this user."""
        standard = self.env.ref("customer_survey.survey_standard", raise_if_not_found=False)
        return standard if standard and standard.has_access("read") and standard.active else False

    @api.model
    def _group_expand_states(self, states, domain):
        """A kanban always shows the columns of the work; the finished ones where there is something in them."""
        return [state for state, _label in STATES if state not in FINISHED_STATES or state in states]

    @api.constrains("date_delivered_from", "date_delivered_to")
    def _check_delivery_period(self):
        for campaign in self:
            if campaign.date_delivered_from > campaign.date_delivered_to:
                raise ValidationError(self.env._("%s: the period of the deliveries ends before it begins.", campaign.name))

    @api.constrains("user_id")
    def _check_organizer(self):
        for campaign in self:
            if not campaign.user_id.has_group("customer_survey.group_organizer"):
                raise ValidationError(self.env._(
                    "%(user)s can't organize %(campaign)s without the right to organize surveys.", user=campaign.user_id.name, campaign=campaign.name,
                ))

    def copy_data(self, default=None):
        """The same is asked again: this year, of who was delivered to lately."""
        default = default or {}
        return [
            {**vals, "name": default.get("name") or self.env._("%s (copy)", campaign.name)}
            for campaign, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def _get_organizer_env(self):
        """To write what stays on record about the customers in the language of its readers, not in that of the customer or the scheduler."""
        self.ensure_one()
        return self.with_context(lang=self.user_id.lang or self.env.lang).env

    # ------------------------------------------------------------ deadline
    def _deadline_team(self):
        return self.env["quality.team"]

    def _deadline_superiors(self):
        """Sales management answers for the campaign."""
        return self.env.ref("customer_survey.group_organizer").sudo().all_user_ids.filtered(lambda user: self.company_id in user.company_ids)

    def _prepare_feedback_deadline(self):
        """Values of the deadline of the feedback: one month after the last day for answers, to the end of that day where the
        company works."""
        self.ensure_one()
        return {"date_start": fields.Datetime.now(), "date_deadline": self.company_id._get_end_of_day(self.date_end + FEEDBACK_TIME)}
