from odoo import http
from odoo.http import request

from ..models.analysis.quality_appraisal import ORDER
from ..models.analysis.quality_capa_report import MEASURE_ORDER, TASK_ORDER
from ..models.analysis.quality_complaint_report import STATUS_ORDER
from ..report.xlsx import make_response, make_table_response
from .quality_complaint_register import read_table_request


class QualityAnalysis(http.Controller):
    """The tables of the analyses as Excel files: of the domain's rows those that the user may read."""

    @http.route("/quality_complaint/analysis/handling-status.xlsx", type="http", auth="user", methods=["POST"], readonly=True)
    def download_handling_status(self, domain="[]", context="{}", token=None):
        chosen = read_table_request(domain, context)
        report = request.env["quality.complaint.report"]
        return self._make_response(report, report._get_printed_title(), report._get_status_columns(), chosen, STATUS_ORDER)

    @http.route("/quality_complaint/analysis/preventive-measures.xlsx", type="http", auth="user", methods=["POST"], readonly=True)
    def download_preventive_measures(self, domain="[]", context="{}", token=None):
        chosen = read_table_request(domain, context)
        report = request.env["quality.capa.report"]
        return self._make_response(report, report._get_printed_title(), report._get_measure_columns(), chosen, MEASURE_ORDER)

    @http.route("/quality_complaint/analysis/task-progress.xlsx", type="http", auth="user", methods=["POST"], readonly=True)
    def download_task_progress(self, domain="[]", context="{}", token=None):
        chosen = read_table_request(domain, context)
        report = request.env["quality.capa.report"]
        return self._make_response(report, request.env._("Task Progress"), report._get_task_columns(), chosen, TASK_ORDER)

    @http.route("/quality_complaint/analysis/appraisal.xlsx", type="http", auth="user", methods=["POST"], readonly=True)
    def download_appraisal(self, domain="[]", context="{}", token=None):
        """A row for each person, team and month."""
        chosen = read_table_request(domain, context)
        appraisal = request.env["quality.appraisal"]
        return self._make_response(appraisal, request.env._("Appraisal"), appraisal._get_report_columns(), chosen, ORDER)

    @http.route("/quality_complaint/analysis/objectives.xlsx", type="http", auth="user", methods=["POST"], readonly=True)
    def download_objectives(self, domain="[]", context="{}", token=None):
        """Targets against actuals, with charts."""
        chosen = read_table_request(domain, context)
        objectives = request.env["quality.objective"].search(chosen)
        return make_response(objectives._get_report_title(), objectives._write_report)

    def _make_response(self, report, title, columns, domain, order):
        return make_table_response(
            title, [(label, width) for _name, label, width in columns],
            report._iter_table_rows(domain, [name for name, _label, _width in columns], order),
        )
