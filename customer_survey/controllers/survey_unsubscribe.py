from odoo import http
from odoo.http import request
from odoo.tools import email_normalize


class SurveyUnsubscribe(http.Controller):
    """Looking at the page changes nothing, because programs look at links, too; the button does, and so does the one-click of mail programs."""

    @http.route("/customer_survey/unsubscribe/<int:recipient_id>/<string:token>", type="http", auth="public", methods=["GET", "POST"], csrf=False, sitemap=False)
    def unsubscribe(self, recipient_id, token, **_form):
        recipient = request.env["survey.campaign.recipient"]._find_by_unsubscribe_token(recipient_id, token)
        return self._show_unsubscribe_page(recipient, recipient.lang, recipient.email_normalized, recipient.company_id)

    @http.route("/customer_survey/unsubscribe/copy/<int:copy_id>/<string:token>", type="http", auth="public", methods=["GET", "POST"], csrf=False, sitemap=False)
    def unsubscribe_copy(self, copy_id, token, **_form):
        """For who is asked once more after a complaint."""
        copy = request.env["survey.user_input"]._find_by_unsubscribe_token(copy_id, token)
        return self._show_unsubscribe_page(copy, copy.partner_id.lang, email_normalize(copy.email), copy.campaign_company_id)

    def _show_unsubscribe_page(self, record, lang, address, company):
        if not record:
            raise request.not_found()
        if request.env["res.lang"]._get_data(code=lang):
            request.update_context(lang=lang)
        if request.httprequest.method == "POST":
            record._unsubscribe()
        return request.render("customer_survey.unsubscribe_page", {
            "company": company, "address": address,
            "is_unsubscribed": record.state == "unsubscribed" or request.env["survey.campaign.recipient"]._get_blacklisted([address]),
        })
