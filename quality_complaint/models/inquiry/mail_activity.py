from odoo import models


class MailActivity(models.Model):
    """Doing the activity of an inquiry takes the step that it stands for; the feedback is the answer, or what the customer said to it."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        inquiries = self._get_waiting_inquiries()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        for inquiry in inquiries:
            inquiry._do_step((feedback or "").strip())
        return result

    def _get_waiting_inquiries(self):
        """The inquiries whose step somebody does here: where the system clears the activity it is taken, and a reminder of somebody's own is no step."""
        activity_type = self.env.ref("quality_complaint.mail_activity_type_inquiry", raise_if_not_found=False)
        activities = self.filtered(lambda activity: (
            activity.res_model == "quality.inquiry" and activity.activity_type_id == activity_type and activity.automated and activity.active
        )) if not self.env.su else self.browse()
        return self.env["quality.inquiry"].browse(activities.mapped("res_id")).exists()
