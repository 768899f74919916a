from odoo import api, models
from odoo.fields import Domain


class QualityComplaint(models.Model):
    """What the periodic mails say about a period, of what their reader may see.

    Each figure is {company: value}; a share is in %, and a company of which there is nothing to judge has none.
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
        missed = Domain("company_id", "in", companies.ids) & self._period_domain("date_deadline", start, end) & late
        return dict(Milestone._read_group(missed, ["company_id"], ["complaint_id:count_distinct"]))

    @api.model
    def _get_answered_in_time(self, start, end, companies):
        """Of the replies that were due in the period, those sent by then. Whose clock stands is not judged yet."""
        Milestone = self.env["quality.milestone"]
        due = (
            Domain("company_id", "in", companies.ids) & Domain("step", "=", "reply")
            & self._period_domain("date_deadline", start, end)
        )
        met, judged = (
            dict(Milestone._read_group(due & Domain("deadline_state", "in", states), ["company_id"], ["__count"]))
            for states in (["met"], ["met", "missed"])
        )
        return {company: 100 * met.get(company, 0) / count for company, count in judged.items()}

    @api.model
    def _get_satisfied(self, start, end, companies):
        """Of the complaints that customers judged in the period, those that they were satisfied with at last."""
        answers = self.env["quality.complaint.follow.up"].search_fetch(
            Domain("company_id", "in", companies.ids) & Domain("satisfied", "!=", False) & self._period_domain("date_answered", start, end),
            ["complaint_id", "company_id", "satisfied"], order="date_answered, id",
        )
        last = {answer.complaint_id: answer for answer in answers}
        verdicts = answers.browse().concat(*last.values()).grouped("company_id")
        return {
            company: 100 * len(of_company.filtered(lambda answer: answer.satisfied == "yes")) / len(of_company)
            for company, of_company in verdicts.items()
        }
