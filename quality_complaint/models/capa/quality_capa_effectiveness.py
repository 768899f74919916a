import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_datetime
from odoo.tools.misc import formatLang

from ...tools import poisson_test
from .quality_capa import CARRIED_OUT_STATES
from .quality_capa_verdict import VERDICTS

_logger = logging.getLogger(__name__)

# how long before it is compared with at least
BASELINE_DAYS = 365


class QualityCapa(models.Model):
    """What proves that an action worked is agreed before it is carried out: what counts as a recurrence, how long it is
    observed, and how many there were before. When the time is over the system counts and proposes the verdict.
    """

    _inherit = "quality.capa"

    criterion = fields.Text("It Worked If", tracking=True, default=lambda self: self.env._("It does not come back."), help="How one will see that it was effective.")
    check_product_ids = fields.Many2many(
        "product.product", "quality_capa_check_product_rel", "capa_id", "product_id", "Products to Watch", check_company=True,
        help="A complaint about one of them counts as a recurrence. Empty: about any product.",
    )
    recurrence_limit = fields.Integer(
        "Recurrences Allowed", tracking=True,
        help="Within the time it is observed. 0: the first recurrence reopens it. "
             "Allow some where the numbers decide, because the problem is to become rarer, not to vanish.",
    )
    window_days = fields.Integer(
        "Days of Observation", tracking=True,
        help="From when it is carried out. 0: the verdict is given at once, from what was done.",
    )
    window_end = fields.Datetime("Observed Until", compute="_compute_window_end", store=True)
    significance_level = fields.Float(
        digits=(6, 4), tracking=True, compute="_compute_significance_level", store=True, readonly=False, precompute=True,
        help="How probable it may be at most that chance alone brought so few recurrences.",
    )
    baseline_from = fields.Date("Compared with, from", compute="_compute_baseline_period", store=True, readonly=False)
    baseline_to = fields.Date("Compared with, to", compute="_compute_baseline_period", store=True, readonly=False)
    baseline_count = fields.Integer(
        "Complaints Before", compute="_compute_baseline_count", store=True, readonly=False, tracking=True,
        help="Counted in that time. Change it where the complaints of that time are not in Odoo.",
    )
    baseline_exposure = fields.Float(
        "Units Shipped Before", digits="Product Unit", compute="_compute_baseline_exposure", store=True, readonly=False, tracking=True,
        help="To customers in that time, in the products' units. Change it where the shipments of that time are not in Odoo.",
    )
    observed_count = fields.Integer("Complaints Since", compute="_compute_proposal")
    observed_exposure = fields.Float("Units Shipped Since", digits="Product Unit", compute="_compute_proposal")
    proposed_verdict = fields.Selection(VERDICTS, compute="_compute_proposal")
    proposal_note = fields.Text("What the Numbers Say", compute="_compute_proposal")
    check_asked_on = fields.Datetime("Verdict Asked for On", readonly=True, copy=False)

    _verdict_due = models.Index("(window_end) WHERE state = 'verify' AND check_asked_on IS NULL")
    _watched = models.Index("(window_end) WHERE state IN ('verify', 'done') AND window_days > 0")

    # ------------------------------------------------------------ what is agreed beforehand
    @api.depends("company_id")
    def _compute_significance_level(self):
        for capa in self:
            capa.significance_level = capa.significance_level or capa.company_id.capa_significance_level

    @api.depends("date_done", "window_days")
    def _compute_window_end(self):
        for capa in self:
            capa.window_end = capa.date_done and capa.date_done + timedelta(days=capa.window_days)

    @api.depends("window_days")
    def _compute_baseline_period(self):
        """A year, or as long as it is observed, up to today, unless other days are chosen: the bad weeks alone, which
        brought it up, would make anything afterwards look better."""
        for capa in self.filtered(lambda capa: capa.window_days > 0 and not (capa.baseline_from or capa.baseline_to)):
            capa.baseline_to = fields.Date.context_today(capa)
            capa.baseline_from = capa.baseline_to - timedelta(days=max(capa.window_days, BASELINE_DAYS))

    @api.depends("baseline_from", "baseline_to", "check_product_ids", "company_id")
    def _compute_baseline_count(self):
        # what it is compared with was agreed: looking at it longer does not change it
        for capa in self.filtered(lambda capa: capa.state not in CARRIED_OUT_STATES):
            capa.baseline_count = capa._count_occurrences(*period) if (period := capa._get_baseline_period()) else 0

    @api.depends("baseline_from", "baseline_to", "check_product_ids", "company_id")
    def _compute_baseline_exposure(self):
        for capa in self.filtered(lambda capa: capa.state not in CARRIED_OUT_STATES):  # as above
            capa.baseline_exposure = capa._get_exposure(*period) if (period := capa._get_baseline_period()) else 0.0

    @api.constrains("window_days", "recurrence_limit", "significance_level", "baseline_from", "baseline_to", "baseline_count", "baseline_exposure")
    def _check_agreed_numbers(self):
        problems = []
        for capa in self:
            if min(capa.window_days, capa.recurrence_limit, capa.baseline_count, capa.baseline_exposure) < 0:
                problems.append(self.env._("%s: days, complaints and units can't be negative.", capa.name))
            if not 0 < capa.significance_level <= 0.5:
                problems.append(self.env._("%s: the significance level has to be above 0 and at most one half.", capa.name))
            if capa.baseline_from and capa.baseline_to and capa.baseline_from > capa.baseline_to:
                problems.append(self.env._("%s: the time it is compared with ends before it begins.", capa.name))
            if capa.baseline_to and capa.baseline_to > fields.Date.context_today(capa):
                problems.append(self.env._("%s: the time it is compared with can't reach into the future.", capa.name))
        if problems:
            raise ValidationError("\n".join(problems))

    @api.model
    def _get_check_fields(self):
        return super()._get_check_fields() | {
            "criterion", "check_product_ids", "recurrence_limit", "window_days", "significance_level",
            "baseline_from", "baseline_to", "baseline_count", "baseline_exposure",
        }

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {"window_end", "check_asked_on"}

    # ------------------------------------------------------------ what is counted
    def _get_baseline_period(self):
        """The moments (naive, UTC) after which and until which it is compared with, or None."""
        self.ensure_one()
        if not (self.baseline_from and self.baseline_to):
            return None
        company = self.company_id
        return company._get_end_of_day(self.baseline_from - timedelta(days=1)), company._get_end_of_day(self.baseline_to)

    def _has_scope(self):
        """True where it is named what counts as a recurrence."""
        self.ensure_one()
        return bool(self.check_product_ids)

    def _count_occurrences(self, after, until):
        """How often what this action removes occurred after that moment and until that one. Extended by what it belongs to."""
        return 0

    def _get_exposure(self, after, until):
        """Units shipped to customers after that moment and until that one, in the products' own units."""
        self.ensure_one()
        MoveLine = self.env["stock.move.line"].sudo()  # a sum, shown to those who plan; they need not read transfers
        domain = (
            Domain(MoveLine._get_delivered_domain()) & Domain("company_id", "=", self.company_id.id)
            & Domain("date", ">", after) & Domain("date", "<=", until)
        )
        if self.check_product_ids:
            domain &= Domain("product_id", "in", self.check_product_ids._origin.ids)
        [(units,)] = MoveLine._read_group(domain, [], ["quantity_product_uom:sum"])
        return units or 0.0

    # ------------------------------------------------------------ what the numbers say
    @api.depends(
        "state", "date_done", "window_end", "window_days", "check_product_ids", "significance_level", "baseline_count", "baseline_exposure",
        "verdict_ids",
    )
    @api.depends_context("lang")
    def _compute_proposal(self):
        """Each action has its own products and its own time, so each is counted for itself; lists do not show it."""
        now = fields.Datetime.now()
        for capa in self:
            is_counted = capa.date_done and capa.window_days and capa._has_scope()
            until = min(capa.window_end, now) if is_counted else None
            capa.observed_count = capa._count_occurrences(capa.date_done, until) if is_counted else 0
            capa.observed_exposure = capa._get_exposure(capa.date_done, until) if is_counted else 0.0
            capa.proposed_verdict, capa.proposal_note = capa._propose(capa.observed_count, capa.observed_exposure)

    def _propose(self, count, exposure):
        """(Verdict, why) that these numbers call for, (False, why not) where none can be proposed."""
        self.ensure_one()
        if not self.date_done:
            return False, False
        if self.window_end > fields.Datetime.now():
            note = self._get_window_note()
            return False, f"{note}\n{self._get_numbers_note(count, exposure)}" if self._has_scope() else note
        if not self.window_days:
            return False, self.env._("No observation was agreed. Judge from what was done.")
        if not self._has_scope():
            return False, self.env._("It was not agreed which product or cause to watch, so nothing is counted. Judge from what was done.")
        proposal = poisson_test.propose(
            count, exposure, self.baseline_count, self.baseline_exposure, self._get_level(),
        )
        return proposal.verdict, f"{self._get_numbers_note(count, exposure)}\n{self._get_basis_note(proposal)}"

    def _get_level(self):
        """The agreed level, divided by how often it was looked at: who looks often enough finds what he hopes for
        (Bonferroni)."""
        self.ensure_one()
        looks = self.verdict_ids.filtered(lambda verdict: verdict.verdict == "inconclusive" and verdict.date_done == self.date_done)
        return self.significance_level / (1 + len(looks))

    def _get_window_note(self):
        return self.env._(
            "It is observed until %s. Before, it can only be found not effective.",
            format_datetime(self.env, self.window_end, dt_format="medium"),
        )

    def _get_numbers_note(self, count, exposure):
        def number(value):
            return formatLang(self.env, value, digits=0 if value == int(value) else 2)

        return self.env._(
            "%(count)s complaints among %(exposure)s units shipped, against %(count_before)s among %(exposure_before)s before.",
            count=number(count), exposure=number(exposure),
            count_before=number(self.baseline_count), exposure_before=number(self.baseline_exposure),
        )

    def _get_basis_note(self, proposal):
        def percent(share):
            share = 100 * share
            return f"{formatLang(self.env, share, digits=2 if share < 1 else 1)} %" if share >= 0.01 else "< 0.01 %"

        names = {
            "probability": percent(proposal.probability) if proposal.probability is not None else "",
            "level": percent(self._get_level()),
        }
        match proposal.basis:
            case "fewer":
                return self.env._("The probability of so few by chance is %(probability)s: it worked.", **names)
            case "more":
                return self.env._("More than before, and the probability of so many by chance is %(probability)s: it did not work.", **names)
            case "not_lower":
                return self.env._("There are not fewer for each unit than before: it did not work.", **names)
            case "not_significant":
                return self.env._(
                    "There are fewer than before, but the probability of so few by chance is %(probability)s, "
                    "and %(level)s was agreed at most: it is not proven.", **names,
                )
            case "too_little_exposure":
                return self.env._("So few units prove nothing: even no complaint at all could be chance.", **names)
            case "no_baseline":
                return self.env._("There were no complaints or no shipments before, so there is nothing to compare with.", **names)
            case "no_exposure":
                return self.env._("Nothing was shipped since, so nothing could come back.", **names)

    # ------------------------------------------------------------ cron
    @api.model
    def _verdict_due_domain(self):
        """Actions whose time of observation is over, and nobody was asked for the verdict yet."""
        return (
            Domain("state", "=", "verify") & Domain("check_asked_on", "=", False)
            & Domain("window_end", "<=", fields.Datetime.now())
        )

    @api.model
    def _cron_ask_verdicts(self):
        """Ask for the verdicts that have become due, each once, one action after the other."""
        domain = self._verdict_due_domain()
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(domain))
        # without a limit, so that those that can't be asked about take nobody's place; the time of the run is the limit
        for capa in self.search(domain, order="window_end, id"):
            if capa := capa.try_lock_for_update().filtered_domain(domain):
                try:
                    with self.env.cr.savepoint():
                        capa.with_company(capa.company_id)._ask_verdict()
                except Exception:  # one that can't be asked about does not keep the others waiting
                    _logger.exception("Could not ask for the verdict on the action %s", capa.id)
            if not self.env["ir.cron"]._commit_progress(1):
                break
