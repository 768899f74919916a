from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.quality_complaint.report.xlsx import make_response


class SurveyCampaignReport(http.Controller):
    @http.route("/customer_survey/campaign/<int:campaign_id>.xlsx", type="http", auth="user", methods=["GET"], readonly=True)
    def download_report(self, campaign_id):
        """The report of a campaign as an Excel file; of a campaign that the user may not see, nothing tells that there is one."""
        campaign = request.env["survey.campaign"].search(Domain("id", "=", campaign_id))
        if not campaign:
            raise request.not_found()
        return make_response(campaign._get_report_title(), campaign._write_report)
