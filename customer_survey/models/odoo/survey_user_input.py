from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..campaign.survey_campaign_recipient import CHANNELS


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    campaign_id = fields.Many2one("survey.campaign", readonly=True, copy=False, index="btree_not_null", ondelete="restrict")
    recipient_ids = fields.One2many("survey.campaign.recipient", "user_input_id", "Recipients of This Copy")
    entry_channel = fields.Selection(CHANNELS, "Answered By", readonly=True, copy=False, help="How the copy came back.")
    copy_reference = fields.Char("Copy No.", readonly=True, copy=False, help="The number on a copy of paper: none is counted twice.")
    entered_by_id = fields.Many2one("res.users", readonly=True, copy=False, help="Who typed the answers in.")

    complaint_ids = fields.One2many(
        "quality.complaint", "survey_user_input_id", "Complaints", groups="quality_complaint.group_reporter",
    )
    complaint_count = fields.Integer(compute="_compute_complaint_count", groups="quality_complaint.group_reporter")
    can_file_complaint = fields.Boolean(compute="_compute_can_file_complaint", groups="quality_complaint.group_reporter")

    _copy_once = models.UniqueIndex(
        "(campaign_id, copy_reference) WHERE campaign_id IS NOT NULL AND copy_reference IS NOT NULL", "A copy with this number is in the campaign already.",
    )

    @api.depends("complaint_ids")
    def _compute_complaint_count(self):
        counts = dict(self.env["quality.complaint"]._read_group(
            [("survey_user_input_id", "in", self.ids)], ["survey_user_input_id"], ["__count"],
        ))
        for user_input in self:
            user_input.complaint_count = counts.get(user_input._origin, 0)

    @api.depends("state", "test_entry", "complaint_ids.state")
    @api.depends_context("uid")
    def _compute_can_file_complaint(self):
        for user_input in self:
            # a complaint that this user does not see leaves them the button, which tells them of it
            filed = any(complaint.state != "cancel" for complaint in user_input.complaint_ids)
            user_input.can_file_complaint = user_input._is_answer() and not filed

    # ------------------------------------------------------------ who may change what
    @api.model_create_multi
    def create(self, vals_list):
        copies = super().create(vals_list)
        if not self.env.su:
            copies._check_not_of_campaign()
        return copies

    def write(self, vals):
        if not self.env.su:
            self._check_not_of_campaign()
        result = super().write(vals)
        if not self.env.su:
            self._check_not_of_campaign()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_campaign(self):
        if not self.env.su:
            self._check_not_of_campaign()

    def _check_not_of_campaign(self):
        """What customers say in a campaign is a record: their pages, typing in and the import write it, nobody by hand. Tests are none."""
        if kept := self.filtered(lambda copy: copy.campaign_company_id and not copy.test_entry):
            raise AccessError(self.env._(
                "What customers answer in a campaign stays as it is, and nobody changes, adds or deletes it by hand: %s", ", ".join(kept.mapped("display_name")),
            ))

    def _is_answer(self):
        """True for a survey that a customer has completed."""
        self.ensure_one()
        return self.state == "done" and not self.test_entry

    def action_view_complaints(self):
        self.ensure_one()
        return self.complaint_ids._get_records_action(name=self.env._("Complaints"))

    # ------------------------------------------------------------ filing
    def action_file_complaint(self):
        """The window of a new complaint about this answer, or of the one that there is.

        Nothing is stored before the user saves it. An answer without a contact leaves the customer for the user to choose.
        """
        self.ensure_one()
        self.check_access("read")
        Complaint = self.env["quality.complaint"]
        Complaint.check_access("create")
        if not self._is_answer():
            raise UserError(self.env._("Only a survey that a customer has completed can become a complaint."))
        # another user's complaint is one too, also where this user does not see it
        present = Complaint.sudo().search(
            Domain("survey_user_input_id", "=", self.id) & Domain("state", "!=", "cancel"), limit=1,
        )
        if present and not present.with_env(self.env).has_access("read"):
            raise UserError(self.env._(
                "%(user)s has filed %(complaint)s about this answer already.",
                user=present.user_id.name, complaint=present.name,
            ))
        if present:
            return present.with_env(self.env)._get_records_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("File a Complaint"),
            "res_model": "quality.complaint",
            "views": [(False, "form")],
            # one key of its own: default_subject and the like would also fill in what is made out of the complaint
            "context": {"default_survey_user_input_id": self.id},
        }

    def _prepare_complaint_values(self):
        """Values of a ``quality.complaint`` about this answer."""
        self.ensure_one()
        contact = self.partner_id
        customer = contact.commercial_partner_id
        return {
            "survey_user_input_id": self.id,
            "partner_id": customer.id,
            "contact_id": contact.id if contact != customer else False,
            "channel": self.entry_channel if self.entry_channel in ("paper", "phone") else "web",
            "date_received": self.end_datetime or self.create_date,
            "subject": self.env._("Survey answer: %s", self.survey_id.title),
            "description": self._render_complaint_description(),
        }

    def _render_complaint_description(self):
        """Who answered, and the questions with the answers as a table.

        :rtype: markupsafe.Markup
        """
        return self.env["ir.qweb"]._render("customer_survey.complaint_description", {
            "user_input": self,
            "answers": self.user_input_line_ids.grouped("question_id"),
        })

    # ------------------------------------------------------------ campaigns
    def get_start_url(self):
        """Customers begin in the language in which they are written to, if it is installed; who types in a copy begins in their own."""
        url = super().get_start_url()
        if not self.campaign_company_id or self.entered_by_id == self.env.user:
            return url
        # whoever has the link need not be allowed to read campaigns
        lang = self.env["res.lang"]._get_data(code=self.sudo().recipient_ids[:1].lang or self.sudo().partner_id.lang)
        return f"/{lang.url_code}{url}" if lang else url

    def _mark_done(self):
        result = super()._mark_done()
        self._set_campaign_answered()
        return result

    def _set_campaign_answered(self):
        # whoever answers needs no rights
        self.filtered("campaign_id").sudo().recipient_ids._set_answered()

    def _message_receive_bounce(self, email, partner):
        super()._message_receive_bounce(email, partner)
        for campaign, recipients in self.sudo().recipient_ids.grouped("campaign_id").items():
            recipients._set_bounced(campaign._get_organizer_env()._("The e-mail came back as undeliverable."))
