from odoo import models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty, plaintext2html


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """Doing the activity of an action does the action; the feedback is what was actually done."""
        self._check_verdict_given()
        capas = self._get_open_capas()
        done = (feedback or "").strip()
        if not done and any(is_html_empty(capa.result) for capa in capas):
            raise UserError(self.env._("Write as feedback what was actually done: it is kept with the action."))
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if capas:
            for capa in capas if done else ():
                # what was already written stays
                capa.result = (capa.result or "") + plaintext2html(done)
            capas._set_done()
        return result

    def _check_verdict_given(self):
        """A verdict that is waited for is not forgotten by ticking it off."""
        waiting = self._get_capas("quality_complaint.mail_activity_type_verification").filtered(lambda capa: capa.state == "verify")
        if waiting:
            raise UserError(self.env._("Say with the button «Verify» whether it worked:\n%s", "\n".join(waiting.mapped("name"))))

    def _get_open_capas(self):
        return self._get_capas("quality_complaint.mail_activity_type_capa").filtered(lambda capa: capa.state == "open")

    def _get_capas(self, xmlid):
        """The actions that these activities, as far as they are of that type, are about."""
        activity_type = self.env.ref(xmlid, raise_if_not_found=False)
        activities = self.filtered(
            lambda activity: activity.res_model == "quality.capa" and activity.activity_type_id == activity_type,
        )
        return self.env["quality.capa"].browse(activities.mapped("res_id"))
