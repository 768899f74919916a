from odoo import fields, models


class BaseAutomation(models.Model):
    _inherit = "base.automation"

    once_for_all = fields.Boolean(
        "Once for All Records", readonly=True, help="Runs its actions once for all records that a change concerns, instead of once for each.",
    )

    def _process(self, records, domain_post=None):
        """A hundred deliveries that leave at once are followed up at once."""
        if not self.sudo().once_for_all:  # whoever ships need not be allowed to read the rules
            return super()._process(records, domain_post)
        if changed := records.filtered(self._check_trigger_fields):
            for action in self.sudo().action_server_ids:
                action.with_context(active_model=changed._name, active_ids=changed.ids, active_id=changed[0].id).run()
        return None
