from odoo import api, models
from odoo.fields import Domain


class QualityComplaint(models.Model):
    """What the periodic mails say about a period, of what their reader may see.

    Each figure is {company: value}; a share is in %, and a company of which there is nothing to judge has none. What was
    received and closed is counted as the register has it, imported history too; how it was handled, as `quality.objective` says.
    """

    _inherit = "quality.complaint"

    @api.model
    def _period_domain(self, field, start, end):
        """From ``start`` on and before ``end`` (naive, UTC)."""
        return Domain(field, ">=", start) & Domain(field, "<", end)

    @api.model
    def _count_received(self, start, end, companies):
        """All that arrived, as the register has it."""
        domain = self._period_domain("date_received", start, end) & Domain("company_id", "in", companies.ids)
        return dict(self._read_group(domain, ["company_id"], ["__count"]))

    @api.model
    def _count_closed(self, start, end, companies):
        """Those that were handled to the end: what was cancelled or not upheld is finished, not closed."""
        closed = Domain("company_id", "in", companies.ids) & Domain("state", "=", "closed")
        domain = closed & self._period_domain("date_closed", start, end)
        return dict(self._read_group(domain, ["company_id"], ["__count"]))

    @api.model
    def _count_late(self, start, end, companies, open_only=False):
        """Complaints of which a step was due in the period and was not done by then; ``open_only``: and is not done yet."""
        Milestone = self.env["quality.milestone"]
        late = Milestone._overdue_domain() if open_only else Domain("deadline_state", "=", "missed")
        domain = Domain("company_id", "in", companies.ids) & self._period_domain("date_deadline", start, end) & late
        counts = Milestone._read_group(domain & Milestone._measured_domain(), ["company_id"], ["complaint_id:count_distinct"])
        return dict(counts)

    @api.model
    def _get_answered_in_time(self, start, end, companies):
        """Of the replies that fell due in the period, those sent by then: the cases of the objective «Handled in Time»."""
        due = Domain("counts_for_handling", "=", True) & self._period_domain("date_deadline", start, end)
        return self._get_shares("quality.milestone", due, Domain("deadline_state", "=", "met"), companies)

    @api.model
    def _get_satisfied(self, start, end, companies):
        """Of the customers whose last answer is of the period, those who were satisfied: the cases of the objective «Satisfied»."""
        said = Domain("counts_as_verdict", "=", True) & self._period_domain("date_answered", start, end)
        return self._get_shares("quality.complaint.follow.up", said, Domain("satisfied", "=", "yes"), companies)

    @api.model
    def _get_shares(self, model, counted, reached, companies):
        counted &= Domain("company_id", "in", companies.ids)
        counts, sums = (
            dict(self.env[model]._read_group(domain, ["company_id"], ["__count"])) for domain in (counted, counted & reached)
        )
        return {company: 100 * sums.get(company, 0) / count for company, count in counts.items()}
