from odoo import http
from odoo.http import request


class SurveyUnsubscribe(http.Controller):
    """Looking at the page changes nothing, because programs look at links, too; the button does, and so does the one-click of mail programs."""

    @http.route("/customer_survey/unsubscribe/<int:recipient_id>/<string:token>", type="http", auth="public", methods=["GET", "POST"], csrf=False, sitemap=False)
    def unsubscribe(self, recipient_id, token, **_form):
        recipient = request.env["survey.campaign.recipient"]._find_by_unsubscribe_token(recipient_id, token)
        if not recipient:
            raise request.not_found()
        if request.env["res.lang"]._get_data(code=recipient.lang):
            request.update_context(lang=recipient.lang)
        if request.httprequest.method == "POST":
            recipient._unsubscribe()
        return request.render("customer_survey.unsubscribe_page", {
            "recipient": recipient, "is_unsubscribed": recipient.state == "unsubscribed" or recipient._get_blacklisted([recipient.email_normalized]),
        })
