from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import formatLang


class DigestDigest(models.Model):
    """Complaints in the periodic digest: each reader's own, as far as they may see complaints."""

    _inherit = "digest.digest"

    kpi_complaint_received = fields.Boolean("New Complaints")
    kpi_complaint_received_value = fields.Integer(compute="_compute_kpi_complaint_received_value")
    kpi_complaint_late = fields.Boolean("Complaints Late and Open", help="A step fell due in the period and is not done yet. "
        "Imported history does not count.")
    kpi_complaint_late_value = fields.Integer(compute="_compute_kpi_complaint_late_value")
    kpi_complaint_in_time = fields.Boolean("Answered in Time", help="Of the replies that fell due in the period, by the definition of "
        "the quality objective «Handled in Time».")
    kpi_complaint_in_time_value = fields.Char(compute="_compute_kpi_complaint_in_time_value")
    kpi_complaint_satisfied = fields.Boolean("Customers Satisfied", help="Of the customers whose last answer is of the period, by "
        "the definition of the quality objective «Satisfied with the Handling».")
    kpi_complaint_satisfied_value = fields.Char(compute="_compute_kpi_complaint_satisfied_value")

    def _compute_kpi_complaint_received_value(self):
        counts = self._get_complaint_figure("_count_received")
        for digest in self:
            digest.kpi_complaint_received_value = counts.get(digest.company_id or self.env.company, 0)

    def _compute_kpi_complaint_late_value(self):
        counts = self._get_complaint_figure("_count_late", open_only=True)
        for digest in self:
            digest.kpi_complaint_late_value = counts.get(digest.company_id or self.env.company, 0)

    def _compute_kpi_complaint_in_time_value(self):
        shares = self._get_complaint_figure("_get_answered_in_time")
        for digest in self:
            digest.kpi_complaint_in_time_value = self._format_share(shares.get(digest.company_id or self.env.company))

    def _compute_kpi_complaint_satisfied_value(self):
        shares = self._get_complaint_figure("_get_satisfied")
        for digest in self:
            digest.kpi_complaint_satisfied_value = self._format_share(shares.get(digest.company_id or self.env.company))

    def _get_complaint_figure(self, figure, **options):
        """:raise AccessError: for who has nothing to do with complaints; core then leaves the figure out of their mail"""
        if not self.env.user.has_group("quality_complaint.group_reporter"):
            raise AccessError(self.env._("Only who may see complaints gets figures about them."))
        return getattr(self.env["quality.complaint"], figure)(*self._get_kpi_compute_parameters(), **options)

    def _format_share(self, share):
        """A dash where there was nothing to judge: 0 % would be a verdict."""
        return "–" if share is None else f"{formatLang(self.env, share, digits=1)} %"

    def _get_margin_value(self, value, previous_value=0.0):
        """A share is a text here, since there may be none, and has no growth in %."""
        return 0.0 if isinstance(value, str) else super()._get_margin_value(value, previous_value)

    def _compute_kpis(self, company, user):
        """Core shows growth in green and decline in red; with more complaints it is the other way round, so neither is shown."""
        kpis = super()._compute_kpis(company, user)
        for kpi in kpis:
            if kpi["kpi_name"] in ("kpi_complaint_received", "kpi_complaint_late"):
                for column in ("kpi_col1", "kpi_col2", "kpi_col3"):
                    kpi[column]["margin"] = 0.0
        return kpis

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("quality_complaint.menu_root").id
        return {**actions, **{
            f"kpi_complaint_{name}": f"quality_complaint.action_digest_{name}?menu_id={menu}" for name in ("received", "late", "in_time", "satisfied")
        }}
