from odoo import models
from odoo.exceptions import UserError


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """Doing the activity of a team's part answers the part; the feedback is the answer."""
        parts = self._get_open_assignments()
        said = (feedback or "").strip()
        if not said and not all((part.answer or "").strip() for part in parts):
            raise UserError(self.env._("Write the answer as feedback: it is kept with the complaint."))
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        for part in parts if said else ():
            # what was already written stays
            part.answer = "\n".join(filter(None, (part.answer, said)))
        if parts:
            parts._set_answered()
        return result

    def _get_open_assignments(self):
        part_type = self.env.ref("quality_complaint.mail_activity_type_assignment", raise_if_not_found=False)
        activities = self.filtered(
            lambda activity: activity.res_model == "quality.complaint.assignment" and activity.activity_type_id == part_type,
        )
        return self.env["quality.complaint.assignment"].browse(activities.mapped("res_id")).filtered(lambda part: not part.date_done)
