from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import is_html_empty

from odoo.addons.quality_complaint.models.deadline.quality_notify_mixin import TALK_FIELDS

# what the management writes; nobody else does, and the management writes nothing else
REVIEW_FIELDS = {"review_opinion"}


class SurveyCampaign(models.Model):
    """The management reviews the report and says what it thinks of it: an input of the review meeting."""

    _inherit = "survey.campaign"

    review_opinion = fields.Html(
        "Opinion of the Management", copy=False, help="On the result and on the measures that are planned; the report prints it.",
    )
    reviewed_by_id = fields.Many2one("res.users", "Approved By", readonly=True, copy=False)
    reviewed_on = fields.Datetime("Approved On", readonly=True, copy=False)
    may_review = fields.Boolean(compute="_compute_may_review")

    @api.depends("state", "user_id")
    @api.depends_context("uid")
    def _compute_may_review(self):
        for campaign in self:
            campaign.may_review = campaign.state == "review" and not campaign._get_missing_role("reviewer")

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {"reviewed_by_id", "reviewed_on"}

    @api.model
    def _get_later_fields(self):
        return super()._get_later_fields() | REVIEW_FIELDS

    def _before_content_write(self, vals):
        if not self.env.su:
            self._check_review_write(vals)
        super()._before_content_write(vals)

    def _check_review_write(self, vals):
        """The opinion is the reviewers' to write, as long as they review; all else is the organizers'."""
        for role, names in (("reviewer", vals.keys() & REVIEW_FIELDS), ("organizer", vals.keys() - REVIEW_FIELDS - TALK_FIELDS)):
            if names and (missing := next(filter(None, (campaign._get_missing_role(role) for campaign in self)), None)):
                labels = self.fields_get(sorted(names), ["string"])
                raise AccessError(self.env._(
                    "You may not change this: %(fields)s. That takes %(role)s.",
                    fields=", ".join(label["string"] for label in labels.values()), role=missing,
                ))
        if vals.keys() & REVIEW_FIELDS and (other := self.filtered(lambda campaign: campaign.state != "review")):
            raise UserError(self.env._("The management's opinion is written while it reviews the report: %s", ", ".join(other.mapped("name"))))

    # ------------------------------------------------------------ gates and moves
    def _get_gaps_feedback(self):
        gaps = super()._get_gaps_feedback()
        if self.state == "review" and is_html_empty(self.review_opinion):
            gaps.append(self.env._("The opinion of the management"))
        return gaps

    def action_approve(self):
        super().action_approve()
        self._write_system({"reviewed_by_id": self.env.user.id, "reviewed_on": fields.Datetime.now()})
        for campaign in self.sudo():  # who reviews does not write in the record that stays
            campaign.message_post(
                body=campaign.review_opinion, subject=self.env._("Approved by the management's review"), author_id=self.env.user.partner_id.id,
                partner_ids=campaign.user_id.partner_id.ids,
            )
