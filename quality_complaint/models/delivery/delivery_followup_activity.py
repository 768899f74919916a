from odoo import models

ACTIVITY_TYPE = "quality_complaint.mail_activity_type_delivery"


class DeliveryFollowup(models.Model):
    """An open follow-up is one activity of who asks, on the day of its deadline (see mail_activity.py)."""

    _inherit = "delivery.followup"

    def _message_auto_subscribe_followers(self, updated_values, default_subtype_ids):
        """Who asks follows by his activity, all of a batch at once; core would subscribe him to one after the other."""
        if self.env.context.get("mail_auto_subscribe_no_notify"):
            return []
        return super()._message_auto_subscribe_followers(updated_values, default_subtype_ids)

    def _sync_activities(self):
        """Each open one has its activity, with its owner and day; the others have none."""
        # that there is something to ask is told by the activity alone, not by a mail for each delivery
        Activity = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        activity_type = self.env.ref(ACTIVITY_TYPE)
        spare = Activity.search([
            ("res_model", "=", self._name), ("res_id", "in", self.ids), ("activity_type_id", "=", activity_type.id),
        ]).grouped("res_id")
        values = []
        for followup in self.filtered(lambda followup: followup.state == "open"):
            wanted = {"user_id": followup.user_id.id, "date_deadline": followup._get_deadline_day()}
            if activity := spare.pop(followup.id, None):
                activity._write_difference(wanted)
            else:
                values.append({
                    **wanted, "activity_type_id": activity_type.id, "automated": True,
                    "summary": followup.partner_id.name, "res_id": followup.id,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                })
        Activity.browse(activity.id for activities in spare.values() for activity in activities).unlink()
        Activity.create(values)
