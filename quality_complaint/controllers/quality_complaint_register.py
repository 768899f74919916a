import json

from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.http import request

from ..report.xlsx import make_table_response


def read_table_request(domain, context):
    """The domain of the records that are to be downloaded; what else it says about the reader goes into the environment."""
    if not request.env.user.has_group("base.group_allow_export"):
        raise AccessError(request.env._("You may not export data. Please ask your administrator for the right to do so."))
    try:
        request.update_context(**json.loads(context))
        return Domain(json.loads(domain))
    except (TypeError, ValueError) as error:
        raise BadRequest(request.env._("This is no selection of records.")) from error


class ComplaintRegister(http.Controller):
    @http.route("/quality_complaint/register.xlsx", type="http", auth="user", methods=["POST"], readonly=True)
    def download_register(self, domain="[]", context="{}", token=None):
        """The feedback register as an Excel file: of the domain's complaints those that the user may read."""
        chosen = read_table_request(domain, context)
        complaints = request.env["quality.complaint"]
        return make_table_response(
            complaints._get_register_title(),
            [(label, width) for _name, label, width in complaints._get_register_columns()],
            complaints._iter_register_rows(chosen),
        )
