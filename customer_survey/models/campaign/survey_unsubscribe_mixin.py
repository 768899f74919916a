from odoo import api, models
from odoo.tools import consteq, hmac, urls


class SurveyUnsubscribeMixin(models.AbstractModel):
    """Whoever is written to has a link by which they are not asked again, by no campaign and no mailing."""

    _name = "survey.unsubscribe.mixin"
    _description = "Link to Unsubscribe"

    # the page of the link, and what its token is for: a link of one model opens no other's
    _unsubscribe_path = None
    _unsubscribe_scope = None

    def _get_unsubscribe_token(self):
        self.ensure_one()
        return hmac(self.env(su=True), self._unsubscribe_scope, self.id)

    def _get_unsubscribe_url(self, base_url):
        return urls.urljoin(base_url, f"{self._unsubscribe_path}/{self.id}/{self._get_unsubscribe_token()}")

    @api.model
    def _find_by_unsubscribe_token(self, record_id, token):
        """The record of that link, for everybody who has it; empty where the link is not one of ours."""
        record = self.sudo().browse(record_id).exists()
        return record if record and consteq(record._get_unsubscribe_token(), token) else self.sudo()

    @api.model
    def _prepare_unsubscribe_headers(self, url):
        """Of an e-mail that asks: mail programs offer the link themselves, and send no answer that somebody is away."""
        return repr({
            "List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "X-Auto-Response-Suppress": "OOF",
        })
