from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ComplaintCommon

TEN_MEGABYTES = b"photo 8D \x00\xff" * (10 * 1024 * 1024 // 11)


@tagged("post_install", "-at_install")
class TestAttachments(ComplaintCommon):
    """Files of a complaint: asked for by its type, kept, and read by those who may read the complaint."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.photo = cls.env.ref("quality_complaint.document_kind_photo")
        cls.report = cls.env.ref("quality_complaint.document_kind_measurement")
        cls.complaint_type.required_document_kind_ids = cls.photo

    def _upload(self, user, name="photo.jpg", raw=b"jpg", **values):
        """A file as the upload button of a row stores it, before the row itself is saved."""
        return self.env["ir.attachment"].with_user(user).create({
            "name": name, "raw": raw, "res_model": "quality.complaint.document", "res_id": 0, **values,
        })

    def test_a_new_complaint_shows_what_its_type_asks_for(self):
        form = Form(self.env["quality.complaint"].with_user(self.rep))
        self.assertEqual([form.document_ids.edit(index).kind_id for index in range(len(form.document_ids))], [self.photo])
        other_type = self.complaint_type.copy({"required_document_kind_ids": [Command.set(self.report.ids)]})
        form.type_id = other_type
        self.assertEqual([form.document_ids.edit(index).kind_id for index in range(len(form.document_ids))], [self.report])

    def test_a_large_file_is_kept_and_read_by_those_who_may_read_the_complaint(self):
        attachment = self._upload(self.rep, raw=TEN_MEGABYTES)
        with self.assertRaises(AccessError):
            attachment.with_user(self.quality_manager).read(["raw"])  # not a complaint's file yet
        form = Form(self.env["quality.complaint"].with_user(self.rep))
        form.subject = "Rust"
        form.partner_id = self.customer
        with form.document_ids.edit(0) as row:
            row.attachment_ids.set(attachment)
        complaint = form.save()
        self.env.flush_all()
        for user in (self.rep, self.handler, self.quality_manager, self.sales_manager):
            self.env.invalidate_all()
            self.assertEqual(attachment.with_user(user).raw, TEN_MEGABYTES)
            self.assertEqual(complaint.with_user(user).document_ids.attachment_ids, attachment)
        for user in (self.other_rep, self.outsider, self.worker):
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                attachment.with_user(user).read(["raw"])
            self.assertNotIn(attachment, attachment.with_user(user).search([("name", "=", "photo.jpg")]))

    def test_a_file_added_later_belongs_to_the_complaint_too(self):
        complaint = self._create_complaint()
        row = complaint.document_ids
        # on a stored row, the upload button names the row
        attachment = self._upload(self.rep, res_id=row.id)
        row.with_user(self.rep).attachment_ids = attachment
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(attachment.with_user(self.handler).raw, b"jpg")
        for user in (self.other_rep, self.outsider, self.worker):
            with self.assertRaises(AccessError):
                attachment.with_user(user).read(["raw"])

    def test_the_file_of_another_can_not_be_taken(self):
        private = self._upload(self.other_rep, name="salary.pdf")
        complaint = self._create_complaint()
        with self.assertRaises(AccessError):
            complaint.document_ids.with_user(self.rep).attachment_ids = [Command.link(private.id)]
        self.env.invalidate_all()
        self.assertFalse(private.res_id)

    def test_the_file_of_another_record_stays_there(self):
        foreign = self.env["ir.attachment"].create({
            "name": "contract.pdf", "raw": b"pdf", "res_model": self.team._name, "res_id": self.team.id,
        })
        complaint = self._create_complaint()
        complaint.document_ids.attachment_ids = foreign
        self.assertEqual((foreign.res_model, foreign.res_id), (self.team._name, self.team.id))

    def test_changing_the_type_keeps_rows_with_files(self):
        complaint = self._create_complaint()
        attachment = self._upload(self.rep)
        complaint.document_ids.attachment_ids = attachment
        complaint.type_id = self.complaint_type.copy({"required_document_kind_ids": [Command.set(self.report.ids)]})
        self.assertEqual(complaint.document_ids.kind_id, self.photo | self.report)
        self.assertEqual(complaint.document_ids.attachment_ids, attachment)
        complaint.type_id = self.complaint_type
        self.assertEqual(complaint.document_ids.kind_id, self.photo)

    def test_removing_a_row_keeps_the_file_with_the_complaint(self):
        complaint = self._create_complaint()
        attachment = self._upload(self.rep)
        complaint.document_ids.attachment_ids = attachment
        complaint.document_ids.unlink()
        self.assertEqual((attachment.res_model, attachment.res_id), ("quality.complaint", complaint.id))

    def test_an_emoji_and_japanese_file_name_is_kept(self):
        complaint = self._create_complaint()
        attachment = self._upload(self.rep, name="錆びた🪛写真.jpg")
        complaint.document_ids.attachment_ids = attachment
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(complaint.with_user(self.handler).document_ids.attachment_ids.name, "錆びた🪛写真.jpg")
