from odoo import http
from odoo.http import request

from odoo.addons.quality_complaint.controllers.quality_complaint_register import read_table_request
from odoo.addons.quality_complaint.report.xlsx import make_table_response

from ..models.analysis.return_report import ORDER


class ReturnReport(http.Controller):
    @http.route("/return_repair/returns.xlsx", type="http", auth="user", methods=["POST"], readonly=True)
    def download_returns(self, domain="[]", context="{}", token=None):
        """The returns as an Excel file, a row for each product: of the domain's those that the user may read."""
        chosen = read_table_request(domain, context)
        report = request.env["return.report"]
        columns = report._get_report_columns()
        return make_table_response(
            request.env._("Returns"), [(label, width) for _name, label, width in columns],
            report._iter_table_rows(chosen, [name for name, _label, _width in columns], ORDER),
        )
