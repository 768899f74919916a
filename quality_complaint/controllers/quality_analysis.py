from odoo import http
from odoo.http import request

from ..models.analysis.quality_appraisal import ORDER
from ..report.xlsx import make_response, make_table_response
from .quality_complaint_register import read_table_request


class QualityAnalysis(http.Controller):
    @http.route("/quality_complaint/objectives.xlsx", type="http", auth="user", methods=["POST"], readonly=True)
    def download_objectives(self, domain="[]", context="{}", token=None):
        """Targets against actuals as an Excel file with charts: of the domain's objectives those that the user may read."""
        chosen = read_table_request(domain, context)
        objectives = request.env["quality.objective"].search(chosen)
        return make_response(objectives._get_report_title(), objectives._write_report)

    @http.route("/quality_complaint/appraisal.xlsx", type="http", auth="user", methods=["POST"], readonly=True)
    def download_appraisal(self, domain="[]", context="{}", token=None):
        """The appraisal as an Excel file, a row for each person, team and month: of the domain's those that the user may read."""
        chosen = read_table_request(domain, context)
        appraisal = request.env["quality.appraisal"]
        columns = appraisal._get_report_columns()
        return make_table_response(
            request.env._("Appraisal"), [(label, width) for _name, label, width in columns],
            appraisal._iter_table_rows(chosen, [name for name, _label, _width in columns], ORDER),
        )
