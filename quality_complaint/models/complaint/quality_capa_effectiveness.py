from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import SQL, format_date

from ..capa.quality_capa import CARRIED_OUT_STATES, UNFINISHED_STATES
from ..capa.quality_capa_verification import VERIFIED_TYPES
from .quality_complaint import FELL_AWAY_STATES


class QualityCapa(models.Model):
    """What counts as a recurrence is a complaint about the products, and of the cause, that were agreed.

    It counts by when the customer told us: after the action was carried out, and within the time it is observed.
    """

    _inherit = "quality.capa"

    check_product_ids = fields.Many2many(compute="_compute_check_product_ids", store=True, readonly=False, precompute=True)
    check_cause_id = fields.Many2one(
        "quality.cause", "Cause to Watch", compute="_compute_check_cause_id", store=True, readonly=False, precompute=True, tracking=True,
        ondelete="restrict", help="A complaint of this cause, or of one that is part of it, counts as a recurrence. Empty: of any cause.",
    )
    evidence_ids = fields.One2many("quality.capa.evidence", "capa_id", "Recurrences", readonly=True)

    @api.depends("complaint_id")
    def _compute_check_product_ids(self):
        """Proposed: what the complaint is about."""
        for capa in self.filtered(lambda capa: capa.state in UNFINISHED_STATES and not capa.check_product_ids):
            capa.check_product_ids = [Command.set(capa.complaint_id.line_ids.product_id._origin.ids)]

    @api.depends("cause_ids")
    def _compute_check_cause_id(self):
        """Proposed: the class of the cause that it removes."""
        for capa in self.filtered(lambda capa: capa.state in UNFINISHED_STATES and not capa.check_cause_id):
            capa.check_cause_id = capa.cause_ids.cause_id[:1]._origin

    @api.depends("check_cause_id")
    def _compute_baseline_count(self):
        super()._compute_baseline_count()

    @api.depends("check_cause_id")
    def _compute_proposal(self):
        super()._compute_proposal()

    @api.depends("complaint_id.team_id")
    def _compute_verifier_id(self):
        super()._compute_verifier_id()

    @api.model
    def _get_check_fields(self):
        return super()._get_check_fields() | {"check_cause_id"}

    def _get_verifying_leaders(self):
        """The complaint's team leader manages it; the leader of a team that only carries out the action does not judge it."""
        return self.complaint_id.team_id.leader_id if self.complaint_id else super()._get_verifying_leaders()

    def _get_proof_gaps(self):
        gaps = super()._get_proof_gaps()
        if self.complaint_id.type_id.effectiveness_required and not (self.window_days > 0 and self._has_scope()):
            gaps.append(self.env._(
                "«%s»: say which products or cause to watch, and for how many days; complaints of this type close with a proof.", self.name,
            ))
        return gaps

    # ------------------------------------------------------------ counting
    def _has_scope(self):
        return super()._has_scope() or bool(self.check_cause_id)

    def _count_occurrences(self, after, until):
        if not self._has_scope():
            return 0
        domain = (
            Domain("company_id", "=", self.company_id.id) & Domain("state", "not in", FELL_AWAY_STATES)
            & Domain("date_received", ">", after) & Domain("date_received", "<=", until)
        )
        if self.check_product_ids:
            domain &= Domain("line_ids.product_id", "in", self.check_product_ids._origin.ids)
        if self.check_cause_id:
            domain &= self._get_cause_domain()
        # a number, shown to those who plan and judge; they need not be allowed to read each complaint
        return self.env["quality.complaint"].sudo().search_count(domain)

    def _get_cause_domain(self):
        """Of the watched cause; with ``cause_not_named`` in the context, of a cause that nobody has named yet."""
        if self.env.context.get("cause_not_named"):
            return ~Domain("cause_ids.cause_id", "!=", False)
        return Domain("cause_ids.cause_id", "child_of", self.check_cause_id._origin.id)

    def _propose(self, count, exposure):
        """Where a cause is watched, complaints whose cause nobody has named yet may be recurrences: if they would change
        what the numbers say, they say nothing yet."""
        verdict, note = super()._propose(count, exposure)
        if verdict != "effective" or not (self.check_cause_id and self.check_product_ids):
            return verdict, note
        unnamed = self.with_context(cause_not_named=True)._count_occurrences(self.date_done, self.window_end)
        if not unnamed or super()._propose(count + unnamed, exposure)[0] == "effective":
            return verdict, note
        return "inconclusive", self.env._(
            "%(note)s\nBut of %(number)s complaints about these products nobody has named the cause yet. Name it first.",
            note=self._get_numbers_note(count, exposure), number=unnamed,
        )

    def _prepare_verdict_values(self):
        return {
            **super()._prepare_verdict_values(),
            "observed_count": self.observed_count, "observed_exposure": self.observed_exposure,
            "proposed_verdict": self.proposed_verdict, "proposal_note": self.proposal_note,
        }

    def _is_found_effective(self):
        """True where the last verdict, on what was done last, is that it works."""
        self.ensure_one()
        last = self.verdict_ids[:1]
        return last.verdict == "effective" and last.date_done == self.date_done

    # ------------------------------------------------------------ recurrence
    @api.model
    def _watching_domain(self, complaints):
        """Actions that one of these complaints might be a recurrence for; `_is_recurrence` says for which."""
        received = complaints.mapped("date_received")
        return (
            Domain("state", "in", CARRIED_OUT_STATES) & Domain("window_days", ">", 0)
            & Domain("capa_type", "in", VERIFIED_TYPES) & Domain("company_id", "in", complaints.company_id.ids)
            & Domain("date_done", "<", max(received)) & Domain("window_end", ">=", min(received))
            & (
                Domain("check_product_ids", "in", complaints.line_ids.product_id.ids)
                | Domain("check_product_ids", "=", False) & Domain("check_cause_id", "!=", False)
            )
        )

    def _is_recurrence(self, complaint):
        """True where the complaint shows that what this action was to remove came back within the agreed time."""
        self.ensure_one()
        return (
            self.state in CARRIED_OUT_STATES
            and self.company_id == complaint.company_id
            and self.date_done < complaint.date_received <= self.window_end
            and complaint not in self.complaint_id | self.source_complaint_ids
            and self._has_scope()
            and (not self.check_product_ids or bool(self.check_product_ids & complaint.line_ids.product_id))
            and (not self.check_cause_id or any(
                cause.parent_path.startswith(self.check_cause_id.parent_path) for cause in complaint.cause_ids.cause_id
            ))
        )

    def _add_evidence(self, complaint):
        """Keep that it came back, once for each complaint; more often than was allowed means that it did not work."""
        self.ensure_one()
        # two at the same moment must see each other: the second is tried again
        self.env.cr.execute(SQL("UPDATE quality_capa SET recurrence_limit = recurrence_limit WHERE id = %s", self.id))
        if complaint in self.evidence_ids.complaint_id:
            return
        self.env["quality.capa.evidence"].create({"capa_id": self.id, "complaint_id": complaint.id})
        # those from before it was done again are no evidence about what is done now
        since = self.evidence_ids.complaint_id.filtered(
            lambda found: found.date_received > self.date_done and found.state not in FELL_AWAY_STATES,
        )
        if len(since) <= self.recurrence_limit:
            return
        reason = self.env._(
            "It came back: %(complaint)s, received on %(day)s. Recurrences: %(times)s, allowed: %(allowed)s.",
            times=len(since), allowed=self.recurrence_limit, complaint=complaint.display_name,
            day=format_date(self.env, complaint.company_id._get_local_date(complaint.date_received)),
        )
        self._keep_verdict("ineffective", reason)
        links = Markup("<br/>").join(found._get_html_link(title=found.display_name) for found in since)
        self._reopen_ineffective(Markup("%s<br/>%s") % (reason, links))

    def _get_done_recipients(self):
        return super()._get_done_recipients() | self.sudo().evidence_ids.complaint_id.handler_id
