import io
import tempfile

from odoo import http
from odoo.tests import tagged

from .portal_common import PortalCommon, make_picture

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


@tagged("post_install", "-at_install")
class TestPortalUpload(PortalCommon):
    """What a customer sends is of the kind and size that he was told, and can never be executed here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._create_complaint()
        cls.service = cls.complaint_type.copy({"name": "Service", "product_required": False, "sequence": 5})

    def _send(self, *files):
        """File a complaint that is not about goods, with these (name, content)."""
        self._login(self.ada)
        number = self.env["quality.complaint"].search_count([])
        return self._post("/my/complaints/new", {
            "sent": "1", "no_order": "1", "submission": f"form-{number}", "subject": "See the files", "demand": "Look at them",
        }, [("files", file) for file in files])

    def _get_files(self):
        complaint = self.env["quality.complaint"].search([("subject", "=", "See the files")], order="id desc", limit=1)
        return self.env["ir.attachment"].search([("res_model", "=", "quality.complaint"), ("res_id", "=", complaint.id)])

    def _set(self, name, value):
        self.env["ir.config_parameter"].set_param(f"quality_complaint.{name}", value)

    # ------------------------------------------------------------ kinds
    def test_what_a_browser_could_execute_is_refused_by_any_name(self):
        for content in (SVG, HTML, b'<?xml version="1.0"?><x/>', b"MZ\x90\x00\x03", b"#!/bin/sh", b"%!PS-Adobe"):
            for name in ("a.svg", "a.html", "a.jpg", "a.png", "a.pdf", "a.xml", "a.docx", "a", "a.mp4"):
                response = self._send((name, content))
                self.assertEqual(response.status_code, 200)
                self.assertIn(f"{name} can&#39;t be sent here", response.text)
        self.assertFalse(self._get_files())

    def test_markup_that_calls_itself_text_stays_text(self):
        for name in ("a.txt", "a.csv"):
            self.assertEqual(self._send((name, HTML)).status_code, 303)
            self.assertEqual(self._get_files().mapped("mimetype"), ["text/plain"])

    def test_pictures_are_known_by_their_content(self):
        for kind, mimetype, ending in (("PNG", "image/png", ".png"), ("GIF", "image/gif", ".gif"), ("BMP", "image/bmp", ".bmp")):
            self._send((f"photo{ending}", make_picture(kind)))
            self.assertEqual(self._get_files().mapped(lambda file: (file.name, file.mimetype)), [(f"photo{ending}", mimetype)])

    def test_a_name_that_would_mislead_gets_the_ending_of_its_content(self):
        self._send(("..\\..\\C:/photo.html", make_picture()))
        self.assertEqual(self._get_files().mapped(lambda file: (file.name, file.mimetype)), [("photo.html.jpg", "image/jpeg")])

    def test_a_damaged_picture_is_refused(self):
        for content in (b"\xff\xd8\xff", make_picture()[:20], b"\x89PNG\r\n\x1a\n" + b"x" * 50, b"GIF89a<script>"):
            self.assertIn("can&#39;t be sent here", self._send(("photo.jpg", content)).text)

    def test_videos_phone_pictures_and_office_documents_are_kept(self):
        packed = b"PK\x03\x04" + b"\x00" * 30
        for name, content, mimetype in (
            ("a.heic", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 20, "image/heic"),
            ("a.webp", b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 20, "image/webp"),
            ("a.tif", b"II*\x00" + b"\x00" * 20, "image/tiff"),
            ("a.mov", b"\x00\x00\x00\x14ftypqt  " + b"\x00" * 20, "video/quicktime"),
            ("a.mp4", b"\x00\x00\x00\x18ftypisom" + b"\x00" * 20, "video/mp4"),
            ("a.pdf", b"%PDF-1.4\n%%EOF", "application/pdf"),
            ("a.xlsx", packed, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("錆び🪛.zip", packed, "application/zip"),
        ):
            self.assertEqual(self._send((name, content)).status_code, 303, name)
            self.assertEqual(self._get_files().mapped(lambda file: (file.name, file.mimetype, file.raw)), [(name, mimetype, content)])

    # ------------------------------------------------------------ sizes
    def test_a_file_may_be_as_large_as_the_limit_and_no_larger(self):
        self._set("portal_max_file_size", "1")
        megabyte = b"%PDF-" + b"x" * (1024 * 1024 - 5)
        self.assertEqual(self._send(("a.pdf", megabyte)).status_code, 303)
        response = self._send(("b.pdf", megabyte + b"x"), ("c.pdf", b""))
        self.assertEqual(response.status_code, 200)
        self.assertIn("b.pdf has 1 MB", response.text.replace("1.0 MB", "1 MB"))
        self.assertIn("c.pdf is empty", response.text)

    def test_no_more_files_than_the_limit(self):
        self._set("portal_max_files", "2")
        file = ("a.pdf", b"%PDF-1")
        self.assertEqual(self._send(file, file).status_code, 303)
        response = self._send(file, file, file)
        self.assertIn("3 files are too many: choose 2 at most", response.text)

    def test_two_hundred_megabytes_are_refused_without_being_kept_in_memory(self):
        """The content is a hole in a file, which is sent in pieces."""
        self._login(self.ada)
        with tempfile.TemporaryFile() as large:
            large.write(b"%PDF-")
            large.truncate(200 * 1024 * 1024)
            large.seek(0)
            response = self._post("/my/complaints/new", {
                "sent": "1", "no_order": "1", "submission": "large", "subject": "See the files", "demand": "Look at them",
            }, [("files", ("film.pdf", large))])
        self.assertEqual(response.status_code, 200)
        self.assertIn("film.pdf has 200 MB: a file may have 25 MB at most.", response.text)
        self.assertIn('value="See the files"', response.text)

    def test_more_than_all_files_together_may_have_is_not_even_read(self):
        self._set("portal_max_file_size", "1")
        self._set("portal_max_files", "1")
        response = self._send(("a.pdf", b"%PDF-" + b"x" * (3 * 1024 * 1024)))
        self.assertEqual(response.status_code, 413)
        self.assertIn("Your files are too large: 2 MB at most", response.text)
        self.assertFalse(self._get_files())

    def test_the_form_tells_the_limits(self):
        self._set("portal_max_file_size", "7")
        self._set("portal_max_files", "3")
        self._login(self.ada)
        page = self._open("/my/complaints/new", no_order=1)
        self.assertIn("At most 3 files of 7 MB each", self._get_text(page))
        self.assertEqual(page.xpath("//form/@data-max-file-size"), [str(7 * 1024 * 1024)])

    # ------------------------------------------------------------ the conversation
    def _upload(self, name, content, **params):
        self.env.flush_all()
        response = self.url_open("/mail/attachment/upload", data={
            "csrf_token": http.Request.csrf_token(self), "thread_id": self.complaint.id, "thread_model": "quality.complaint",
            "is_pending": "true", **params,
        }, files={"ufile": (name, io.BytesIO(content))})
        return response

    def test_a_message_carries_the_same_files_and_no_others(self):
        token = self.complaint._portal_ensure_token()
        self._set("portal_max_file_size", "1")
        for user in (self.ada, None):
            self._login(user)
            self.assertIn("can't be sent here", self._upload("a.svg", SVG, token=token).json()["error"])
            self.assertIn("at most", self._upload("a.pdf", b"%PDF-" + b"x" * 1024 * 1024, token=token).json()["error"])
            self.assertIn("attachment_id", self._upload("a.jpg", make_picture(), token=token).json()["data"])
            self.assertEqual(self._upload("a.jpg", make_picture(), token="wrong").status_code, 404)

    # ------------------------------------------------------------ downloads
    def test_only_what_the_customer_and_we_sent_each_other_is_downloaded(self):
        Attachment = self.env["ir.attachment"]
        theirs, ours, internal = Attachment.create([
            {"name": f"{name}.pdf", "raw": b"%PDF-1", "res_model": "quality.complaint", "res_id": self.complaint.id}
            for name in ("theirs", "ours", "internal")
        ])
        foreign = Attachment.create({"name": "foreign.pdf", "raw": b"%PDF-1"})
        common = {"body": "See", "subtype_xmlid": "mail.mt_comment", "message_type": "comment"}
        self.complaint.message_post(**common, attachment_ids=theirs.ids, author_id=self.contact.id)
        self.complaint.with_user(self.rep).message_post(**common, attachment_ids=ours.ids, partner_ids=self.contact.ids)
        self.complaint.with_user(self.rep).message_post(**common, attachment_ids=internal.ids, partner_ids=self.handler.partner_id.ids)
        token = self.complaint._portal_ensure_token()
        for user, params in ((self.ada, {}), (self.colleague, {}), (None, {"access_token": token})):
            self._login(user)
            for file in (theirs, ours):
                self._open(self._get_url(self.complaint, f"/document/{file.id}"), **params)
                self.assertEqual(self.response.content, b"%PDF-1")
                self.assertTrue(self.response.headers["Content-Disposition"].startswith("attachment"))
                self.assertEqual(self.response.headers["X-Content-Type-Options"], "nosniff")
            for file in (internal, foreign):
                self._open(self._get_url(self.complaint, f"/document/{file.id}"), **params)
                self.assertEqual(self.response.status_code, 404)
        for user in (self.stranger, None):
            self._login(user)
            self._assert_refused(self._get_url(self.complaint, f"/document/{theirs.id}"))

    def test_only_pictures_are_shown_and_nothing_else_is_opened_here(self):
        Attachment = self.env["ir.attachment"]
        # written by one of us, who may store what he wants
        svg, photo = Attachment.create([
            {"name": name, "raw": raw, "mimetype": mimetype, "res_model": "quality.complaint", "res_id": self.complaint.id}
            for name, raw, mimetype in (("a.svg", SVG, "image/svg+xml"), ("a.jpg", make_picture(), "image/jpeg"))
        ])
        self.complaint.message_post(
            body="See", subtype_xmlid="mail.mt_comment", message_type="comment", attachment_ids=(svg | photo).ids, author_id=self.contact.id,
        )
        self._login(self.ada)
        self._open(self._get_url(self.complaint, f"/document/{svg.id}"), preview=1)
        self.assertTrue(self.response.headers["Content-Disposition"].startswith("attachment"))
        self._open(self._get_url(self.complaint, f"/document/{photo.id}"), preview=1)
        self.assertEqual(self.response.headers["Content-Type"], "image/jpeg")
