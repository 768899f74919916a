from odoo import api, fields, models
from odoo.fields import Domain

# what is the matter with a complaint, the worst first
ATTENTION_FIELDS = ("is_late", "is_untouched", "is_stuck", "is_paused_long", "is_handed_round")


class QualityComplaint(models.Model):
    """What those in charge have to look at, so that no complaint can hide: untouched, stuck in a step, late, paused too
    long, handed round too often. The limits are the company's (Settings)."""

    _inherit = "quality.complaint"

    date_state = fields.Datetime(
        "In This State Since", default=fields.Datetime.now, readonly=True, copy=False, help="When it last took a step forward or back.",
    )
    is_stuck = fields.Boolean("Stuck", compute="_compute_attention", search="_search_is_stuck")
    is_paused_long = fields.Boolean("Paused Too Long", compute="_compute_attention", search="_search_is_paused_long")
    is_handed_round = fields.Boolean("Handed Round", compute="_compute_attention", search="_search_is_handed_round")
    needs_attention = fields.Boolean(compute="_compute_attention_note", search="_search_needs_attention")
    attention_note = fields.Char("What Is the Matter", compute="_compute_attention_note")

    # ------------------------------------------------------------ the rules
    @api.model
    def _limit_domain(self, name, make_domain):
        """Open complaints that are beyond a limit of their company, by ``make_domain(limit)``."""
        # the limits of a company are no secret
        limits = self.env["res.company"].sudo()._read_group([], [name], ["id:array_agg"])
        return self._unfinished_domain() & Domain.OR(
            Domain("company_id", "in", company_ids) & make_domain(limit) for limit, company_ids in limits
        )

    @api.model
    def _stuck_domain(self):
        """Nothing moved, though the clock runs."""
        now = fields.Datetime.now()
        return self._limit_domain("complaint_stuck_days", lambda days: Domain(
            "date_state", "<", fields.Datetime.subtract(now, days=days),
        )) & Domain("date_paused", "=", False)

    @api.model
    def _paused_long_domain(self):
        now = fields.Datetime.now()
        return self._limit_domain("complaint_pause_days", lambda days: Domain(
            "date_paused", "<", fields.Datetime.subtract(now, days=days),
        ))

    @api.model
    def _handed_round_domain(self):
        return self._limit_domain("complaint_transfer_limit", lambda limit: Domain("transfer_count", ">", limit))

    # ------------------------------------------------------------
    @api.depends("state", "date_state", "date_paused", "transfer_count")
    def _compute_attention(self):
        stuck = self.filtered_domain(self._stuck_domain())
        paused_long = self.filtered_domain(self._paused_long_domain())
        handed_round = self.filtered_domain(self._handed_round_domain())
        for complaint in self:
            complaint.is_stuck = complaint in stuck
            complaint.is_paused_long = complaint in paused_long
            complaint.is_handed_round = complaint in handed_round

    @api.depends(*ATTENTION_FIELDS)
    @api.depends_context("lang")
    def _compute_attention_note(self):
        labels = self.fields_get(ATTENTION_FIELDS, ["string"])
        for complaint in self:
            reasons = [labels[name]["string"] for name in ATTENTION_FIELDS if complaint[name]]
            complaint.needs_attention = bool(reasons)
            complaint.attention_note = ", ".join(reasons)

    def _search_is_stuck(self, operator, value):
        return self._stuck_domain() if operator == "in" else NotImplemented

    def _search_is_paused_long(self, operator, value):
        return self._paused_long_domain() if operator == "in" else NotImplemented

    def _search_is_handed_round(self, operator, value):
        return self._handed_round_domain() if operator == "in" else NotImplemented

    def _search_needs_attention(self, operator, value):
        return Domain.OR(Domain(name, "=", True) for name in ATTENTION_FIELDS) if operator == "in" else NotImplemented
