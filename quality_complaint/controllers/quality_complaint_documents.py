import json

from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request

from ..report.xlsx_document import make_documents_response


class ComplaintDocuments(http.Controller):
    @http.route("/quality_complaint/document/<int:report_id>.xlsx", type="http", auth="user", methods=["POST"])
    def download_document(self, report_id, ids="[]", context="{}", token=None):
        """What a report prints of these complaints, as an Excel file."""
        try:
            ids = [int(complaint_id) for complaint_id in json.loads(ids)]
            request.update_context(**json.loads(context))
        except (TypeError, ValueError) as error:
            raise BadRequest(request.env._("These are no complaints.")) from error
        report = request.env["ir.actions.report"].browse(report_id).exists()
        complaints = request.env["quality.complaint"].browse(ids).exists()
        complaints.check_access("read")
        groups = report.sudo().group_ids  # which groups may print it is not anybody's to read
        if not complaints or report.model != complaints._name or (groups and not groups & request.env.user.all_group_ids):
            raise AccessError(request.env._("This can't be printed."))
        name = complaints._get_file_name(report) if len(complaints) == 1 else report.name
        return make_documents_response(name, complaints._get_documents(report))
