from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.mail.controllers.attachment import AttachmentController
from odoo.addons.portal.controllers.portal_thread import PortalChatter


def is_filed(model):
    """True where it is filed and followed in the portal (`quality.portal.mixin`)."""
    env = request.env
    return model in env and isinstance(env[model], env.registry["quality.portal.mixin"])


class FiledChatter(PortalChatter):
    @route()
    def portal_message_fetch(self, thread_model, thread_id, fetch_params=None, **kw):
        """On the page of what was filed only the conversation with its customer is shown."""
        kw.pop("filed", None)
        if is_filed(thread_model):
            kw["filed"] = (thread_model, int(thread_id))
        return super().portal_message_fetch(thread_model, thread_id, fetch_params=fetch_params, **kw)

    def _setup_portal_message_fetch_extra_domain(self, data):
        domain = Domain(super()._setup_portal_message_fetch_extra_domain(data))
        if filed := data.get("filed"):
            model, record_id = filed
            # only narrows what core shows; customer and address can't be read with a customer's rights
            domain &= request.env[model].sudo().browse(record_id)._get_portal_message_domain()
        return domain


class FiledAttachment(AttachmentController):
    @route()
    def mail_attachment_upload(self, ufile, thread_id, thread_model, is_pending=False, **kwargs):
        """A customer's message carries the same files as what the customer files, and no others."""
        from_customer = is_filed(thread_model) and not request.env.user._is_internal()
        if from_customer and (problems := request.env[thread_model]._get_upload_problems([ufile])):
            return request.make_json_response({"error": "\n".join(problems)})
        return super().mail_attachment_upload(ufile, thread_id, thread_model, is_pending=is_pending, **kwargs)
