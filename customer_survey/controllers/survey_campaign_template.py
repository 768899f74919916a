from odoo import http
from odoo.http import request

from odoo.addons.quality_complaint.report.xlsx import get_sheet_name, make_response

from ..report.copies_template import write_copies_template


class SurveyCampaignTemplate(http.Controller):
    @http.route("/customer_survey/copies_template/<int:campaign_id>", type="http", auth="user", methods=["GET"], readonly=True)
    def download_template(self, campaign_id):
        """The table to collect copies of this campaign in."""
        campaign = request.env["survey.campaign"].browse(campaign_id).exists()
        if not campaign:
            raise request.not_found()
        campaign._check_may_enter()
        names = [get_sheet_name(request.env._("Copies")), get_sheet_name(request.env._("Allowed Answers"))]
        columns = campaign._get_template_columns()
        return make_response(campaign.name, lambda file: write_copies_template(file, names, columns))
