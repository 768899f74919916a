from odoo import models
from odoo.exceptions import UserError

from .delivery_followup_activity import ACTIVITY_TYPE

# what of the activity the follow-up decides
FOLLOWUP_FIELDS = {"user_id", "date_deadline", "active", "activity_type_id", "res_id", "res_model_id", "res_model"}


class MailActivity(models.Model):
    """A delivery follow-up is not ticked off without its answers: whom it goes to, until when and whether it is done is
    changed on the follow-up."""

    _inherit = "mail.activity"

    def write(self, vals):
        names = FOLLOWUP_FIELDS & vals.keys()
        if names and not self.env.su:
            self.sudo().filtered(lambda activity: any(  # whose it is, is asked by the write itself
                self._fields[name].convert_to_cache(activity[name], activity) != self._fields[name].convert_to_cache(vals[name], activity)
                for name in names
            ))._check_delivery_answered()
        return super().write(vals)

    def unlink(self):
        """What core clears away is cleared away."""
        if not self.env.su:
            self._check_delivery_answered()
        return super().unlink()

    def _action_done(self, feedback=False, attachment_ids=None):
        self._check_delivery_answered()
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    def _check_delivery_answered(self):
        activity_type = self.env.ref(ACTIVITY_TYPE, raise_if_not_found=False)
        activities = self.sudo().filtered(lambda activity: (  # who lost sight of it is told all the same
            activity.res_model == "delivery.followup" and activity.activity_type_id == activity_type and activity.active
        ))
        followups = self.env["delivery.followup"].sudo().browse(activities.mapped("res_id")).exists()
        if waiting := followups.filtered(lambda followup: followup.state == "open"):
            raise UserError(self.env._(
                "Open the delivery follow-up and answer its points; who asks and until when is changed there too:\n%s",
                "\n".join(waiting.mapped("name")),
            ))
