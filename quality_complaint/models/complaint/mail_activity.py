from odoo import models
from odoo.exceptions import UserError

# what of the activity the part decides
PART_FIELDS = {"user_id", "date_deadline", "active", "activity_type_id", "res_id", "res_model_id", "res_model"}


class MailActivity(models.Model):
    """Doing the activity of a team's part answers the part; whom it goes to, until when and whether at all is changed on the part."""

    _inherit = "mail.activity"

    def write(self, vals):
        names = PART_FIELDS & vals.keys()
        if names and not self.env.su:
            self.sudo().filtered(lambda activity: any(  # whose it is, is asked by the write itself
                self._fields[name].convert_to_cache(activity[name], activity) != self._fields[name].convert_to_cache(vals[name], activity)
                for name in names
            ))._check_not_asked()
        return super().write(vals)

    def unlink(self):
        """What core clears away is cleared away."""
        if not self.env.su:
            self._check_not_asked()
        return super().unlink()

    def _check_not_asked(self):
        if parts := self.sudo()._get_open_assignments():  # who lost sight of it is told all the same
            raise UserError(self.env._(
                "This is another team's part of a complaint. Whom it goes to, until when and whether at all is changed there:\n%s",
                "\n".join(f"{part.complaint_id.name}: {part.name}" for part in parts),
            ))

    def _action_done(self, feedback=False, attachment_ids=None):
        """Doing the activity of a team's part answers the part; the feedback is the answer."""
        parts = self._get_open_assignments()
        said = (feedback or "").strip()
        if not said and not all((part.answer or "").strip() for part in parts):
            raise UserError(self.env._("Write the answer as feedback: it is kept with the complaint."))
        for part in parts if said else ():
            # what was already written stays
            part.answer = "\n".join(filter(None, (part.answer, said)))
        if parts:
            parts._set_answered()
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    def _get_open_assignments(self):
        part_type = self.env.ref("quality_complaint.mail_activity_type_assignment", raise_if_not_found=False)
        activities = self.filtered(lambda activity: (
            activity.res_model == "quality.complaint.assignment" and activity.activity_type_id == part_type and activity.active
        ))
        parts = self.env["quality.complaint.assignment"].browse(activities.mapped("res_id")).exists()
        return parts.filtered(lambda part: part.active and not part.date_done)
