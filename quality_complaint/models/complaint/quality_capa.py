from odoo import api, fields, models

from .quality_complaint import LIVING_FIELDS


class QualityCapa(models.Model):
    _inherit = "quality.capa"

    complaint_id = fields.Many2one(
        "quality.complaint", ondelete="restrict", index="btree_not_null", check_company=True,
    )

    @api.depends("complaint_id")
    def _compute_company_id(self):
        for capa in self.filtered("complaint_id"):
            # who plans need not be allowed to read the complaint yet
            capa.company_id = capa.sudo().complaint_id.company_id
        super()._compute_company_id()

    @api.model_create_multi
    def create(self, vals_list):
        capas = super().create(vals_list)
        capas._check_complaint_writable()
        return capas

    def write(self, vals):
        if vals.keys() - LIVING_FIELDS:
            self._check_complaint_not_finished()
        if "complaint_id" in vals:
            self._check_complaint_writable()
        result = super().write(vals)
        if "complaint_id" in vals:
            self._check_complaint_writable()
        return result

    def _may_plan(self):
        complaint = self.sudo().complaint_id.with_env(self.env)
        return super()._may_plan() or (complaint and complaint._has_role("handler") and complaint.has_access("write"))

    def _check_transition(self, target, button=None):
        self._check_complaint_not_finished()
        super()._check_transition(target, button)
        if target == "open" and not self.env.su:
            # what stops the spread does not wait for a plan
            planned = self.filtered(lambda capa: capa.state == "draft" and capa.capa_type != "containment")
            planned._get_complaints()._check_start_plan()

    @api.ondelete(at_uninstall=False)
    def _unlink_not_finished(self):
        self._get_complaints()._check_not_finished()

    def _check_complaint_not_finished(self):
        """Whether an action worked shows after its complaint is closed: what is to verify, or to be done again, lives on."""
        self.filtered(lambda capa: capa.state not in ("verify", "open"))._get_complaints()._check_not_finished()

    def _get_complaints(self):
        """The complaints, as this user sees them; he need not have access to all of them."""
        return self.sudo().complaint_id.with_env(self.env)

    def _check_complaint_writable(self):
        """Who plans for a complaint must be one who handles it."""
        complaints = self._get_complaints()
        complaints.check_access("write")
        complaints._check_not_finished()

    def _get_done_recipients(self):
        complaint = self.sudo().complaint_id
        return super()._get_done_recipients() | complaint.user_id | complaint.sales_manager_id | complaint.handler_id
