from odoo import api, models
from odoo.tools.misc import formatLang

from ...tools.upload import get_safe_name, get_size, get_type

MEGABYTE = 1024 * 1024

# what else a request holds: the words of the form
FORM_SIZE = MEGABYTE


class QualityUploadMixin(models.AbstractModel):
    """What a customer may send along with a text: how many files, how large, of which kind."""

    _name = "quality.upload.mixin"
    _description = "Files of Customers"

    @api.model
    def _get_portal_limit(self, name, default):
        """A limit out of the system parameters; one that is not a number, or is less than one, counts as not set."""
        # the portal's limits are asked for by those whom they limit
        value = self.env["ir.config_parameter"].sudo().get_param(f"quality_complaint.{name}") or ""
        return int(value) if str(value).isdigit() and int(value) else default

    @api.model
    def _get_max_files(self):
        return self._get_portal_limit("portal_max_files", 10)

    @api.model
    def _get_max_file_size(self):
        """In bytes."""
        return self._get_portal_limit("portal_max_file_size", 25) * MEGABYTE

    @api.model
    def _get_max_request_size(self):
        """In bytes: more than the largest files together is not read at all."""
        return self._get_max_files() * self._get_max_file_size() + FORM_SIZE

    @api.model
    def _format_size(self, size):
        """A number of bytes in words: megabytes without decimals where there are none."""
        megabytes = size / MEGABYTE
        return self.env._("%s MB", formatLang(self.env, megabytes, digits=0 if megabytes == int(megabytes) else 1))

    @api.model
    def _get_upload_help(self):
        return self.env._(
            "At most %(count)s files of %(size)s each: pictures, videos, PDF, Office and text files.",
            count=self._get_max_files(), size=self._format_size(self._get_max_file_size()),
        )

    @api.model
    def _get_upload_problems(self, files):
        """All that speaks against these files: a list of sentences. Nothing is read but the first bytes of each.

        :param files: ``werkzeug.datastructures.FileStorage``
        """
        problems = []
        if len(files) > self._get_max_files():
            problems.append(self.env._(
                "%(count)s files are too many: choose %(limit)s at most, and send the others with a message afterwards.",
                count=len(files), limit=self._get_max_files(),
            ))
        limit = self._get_max_file_size()
        for file in files:
            name, size = get_safe_name(file.filename), get_size(file)
            if not size:
                problems.append(self.env._("%s is empty.", name))
            elif size > limit:
                problems.append(self.env._(
                    "%(name)s has %(size)s: a file may have %(limit)s at most.", name=name, size=self._format_size(size), limit=self._format_size(limit),
                ))
            elif not get_type(file):
                problems.append(self.env._(
                    "%s can't be sent here, or is damaged: send pictures, videos, PDF, Office or text files.", name,
                ))
        return problems

    @api.model
    def _store_uploads(self, files):
        """The files, checked before, as attachments of the type that their content has. They belong to nothing before the
        message that they are posted with.

        They are written with the rights of who sends them, so that core neutralises what a browser could execute.
        """
        attachments = self.env["ir.attachment"].sudo()  # who may file it may add files to it
        for file in files:  # one after the other, so that no more than one is held in memory
            attachments |= attachments.create({
                "name": get_safe_name(file.filename, get_type(file)), "raw": file.read(), "mimetype": get_type(file),
                "res_model": "mail.compose.message", "res_id": 0,
            })
        return attachments
