from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.mail.controllers.attachment import AttachmentController
from odoo.addons.portal.controllers.portal_thread import PortalChatter

MODEL = "quality.complaint"


class ComplaintChatter(PortalChatter):
    @route()
    def portal_message_fetch(self, thread_model, thread_id, fetch_params=None, **kw):
        """On a complaint's page only the conversation with its customer is shown."""
        kw.pop("complaint_id", None)
        if thread_model == MODEL:
            kw["complaint_id"] = int(thread_id)
        return super().portal_message_fetch(thread_model, thread_id, fetch_params=fetch_params, **kw)

    def _setup_portal_message_fetch_extra_domain(self, data):
        domain = Domain(super()._setup_portal_message_fetch_extra_domain(data))
        if complaint_id := data.get("complaint_id"):
            # only narrows what core shows; the customer and his address can't be read with his own rights
            domain &= request.env[MODEL].sudo().browse(complaint_id)._get_portal_message_domain()
        return domain


class ComplaintAttachment(AttachmentController):
    @route()
    def mail_attachment_upload(self, ufile, thread_id, thread_model, is_pending=False, **kwargs):
        """A customer's message carries the same files as his complaint, and no others."""
        from_customer = thread_model == MODEL and not request.env.user._is_internal()
        if from_customer and (problems := request.env[MODEL]._get_upload_problems([ufile])):
            return request.make_json_response({"error": "\n".join(problems)})
        return super().mail_attachment_upload(ufile, thread_id, thread_model, is_pending=is_pending, **kwargs)
