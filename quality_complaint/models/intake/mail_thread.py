from odoo import api, models
from odoo.tools import email_split

from ...tools.incoming_mail import mend_charsets, read_subject
from .quality_team import ALIAS_MODELS


class MailThread(models.AbstractModel):
    """Mail to complaints and inquiries is looked at more closely; all other mail goes core's way, untouched."""

    _inherit = "mail.thread"

    def _message_parse_extract_payload(self, message, message_dict, save_original=False):
        if not self._is_mail_to_intake(message_dict):
            return super()._message_parse_extract_payload(message, message_dict, save_original=save_original)
        message_dict["subject"] = read_subject(message) or message_dict.get("subject")
        original = mend_charsets(message)
        payload = super()._message_parse_extract_payload(message, message_dict, save_original=save_original)
        if original:
            payload["attachments"].append(self._Attachment("original_email.eml", original, {}))
        return payload

    @api.model
    def _is_mail_to_intake(self, message_dict):
        """Whether a mail that is not routed yet answers one of our records, or is sent to an address of a team."""
        if parent_id := message_dict.get("parent_id"):
            return self.env["mail.message"].sudo().browse(parent_id).model in ALIAS_MODELS.values()
        # an address is nobody's to read before the mail is routed
        addresses = [address.lower() for address in email_split(message_dict["recipients"])]
        return bool(addresses) and bool(self.env["mail.alias"].sudo().search_count([
            ("alias_full_name", "in", addresses), ("alias_model_id.model", "in", list(ALIAS_MODELS.values())),
        ], limit=1))

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        checked = []
        for route in super().message_route(message, message_dict, model, thread_id, custom_values):
            if route[0] in ALIAS_MODELS.values():
                route = self.env[route[0]]._check_intake_route(message, message_dict, route)
            if route and not (route[1] and route[:2] in [other[:2] for other in checked]):
                checked.append(route)
        return checked
