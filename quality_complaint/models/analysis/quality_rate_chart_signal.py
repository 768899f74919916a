import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools.misc import formatLang

from ..capa.quality_capa import UNFINISHED_STATES

_logger = logging.getLogger(__name__)

ACTIVITY_TYPE = "quality_complaint.mail_activity_type_rate_signal"


class QualityRateChart(models.Model):
    """A rate that is too high is a signal: its responsible is told, and an action is planned, once for each month."""

    _inherit = "quality.rate.chart"

    watch_from = fields.Date(
        "Signals From", default=lambda self: self._get_last_month(), tracking=True,
        help="Earlier months are drawn, but call for no action.",
    )
    capa_ids = fields.One2many("quality.capa", "rate_chart_id", "Actions")
    capa_count = fields.Integer(compute="_compute_capa_count")
    checked_on = fields.Date(readonly=True, copy=False)

    @api.depends("capa_ids")
    def _compute_capa_count(self):
        for chart in self:
            chart.capa_count = len(chart.capa_ids)

    def action_view_capas(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_capa"),
            "domain": [("rate_chart_id", "in", self.ids)],
            "context": {},
        }

    # ------------------------------------------------------------ cron
    @api.model
    def _unchecked_domain(self):
        return Domain("checked_on", "=", False) | Domain("checked_on", "<", fields.Date.today())

    @api.model
    def _cron_signal(self):
        """Count and judge each chart once a day, one after the other."""
        domain = self._unchecked_domain()
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(domain))
        # without a limit, so that one that can't be counted takes nobody's place; the time of the run is the limit
        for chart in self.search(domain, order="checked_on NULLS FIRST, id"):
            if chart := chart.try_lock_for_update().filtered_domain(domain):
                try:
                    with self.env.cr.savepoint():
                        chart.with_company(chart.company_id)._signal()
                except Exception:  # one that can't be counted does not keep the others waiting
                    _logger.exception("Could not count the complaint rate %s", chart.id)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    # ------------------------------------------------------------ business
    def _signal(self):
        """Tell of the months that are too high and nobody was told of."""
        for chart in self:
            chart._refresh()
            chart.checked_on = fields.Date.today()
            if points := chart._get_new_signals():
                chart = chart.with_context(lang=chart.user_id.lang)
                capa = chart._plan_action(points.with_env(chart.env))
                points.write({"signalled_on": fields.Datetime.now(), "capa_id": capa.id})
                chart.activity_schedule(
                    ACTIVITY_TYPE, user_id=chart.user_id.id, note=chart._get_signal_note(points.with_env(chart.env)),
                    summary=chart.env._("Complaint rate too high: %s", chart.name),
                )

    def _get_new_signals(self):
        """A baseline is what others are judged by, so its own months call for nothing."""
        self.ensure_one()
        has_baseline = self.baseline_from or self.baseline_to
        return self.point_ids.filtered(lambda point: (
            point.status == "high" and not point.signalled_on
            and not (has_baseline and point.is_baseline)
            and (not self.watch_from or point.month >= self.watch_from.replace(day=1))
        ))

    def _plan_action(self, points):
        """The draft that these months call for; what is being done about an earlier one already is done about these, too."""
        self.ensure_one()
        if running := self.capa_ids.filtered(lambda capa: capa.state in UNFINISHED_STATES)[:1]:
            running.message_post(body=self._get_signal_note(points))
            return running
        return self.env["quality.capa"].create(self._prepare_capa_values(points))

    def _prepare_capa_values(self, points):
        return {
            "name": self.env._("Find out why there are more complaints: %s", self.name),
            "description": self._get_signal_note(points),
            "capa_type": "corrective",
            "company_id": self.company_id.id,
            "user_id": self.user_id.id,
            "rate_chart_id": self.id,
            "check_product_ids": [Command.set(self.product_id.ids if self.scope == "product" else [])],
        }

    def _get_signal_note(self, points):
        rules = dict(points._fields["rule"]._description_selection(self.env))
        items = Markup().join(
            Markup("<li>%s</li>") % self.env._(
                "%(month)s: %(complaints)s complaints among %(shipped)s %(unit)s shipped, rate %(rate)s, upper limit %(upper)s (%(rule)s)",
                month=point._get_month_label(), complaints=point.complaint_count, unit=self.uom_id.name, rule=rules[point.rule],
                shipped=formatLang(self.env, point.shipped, digits=0),
                rate=formatLang(self.env, point.rate, digits=2), upper=formatLang(self.env, point.upper, digits=2),
            )
            for point in points
        )
        return Markup("<ul>%s</ul>") % items
