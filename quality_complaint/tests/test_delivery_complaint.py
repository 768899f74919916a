from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliveryComplaint(DeliveryCommon):
    """What is not OK becomes a complaint with one click, once."""

    def setUp(self):
        super().setUp()
        self.followup, self.other = self._ship_new((self.product, 10), customer=self.contact), self._ship_new()
        self.mine = self.followup.with_user(self.rep)

    def _file(self, followup=None, user=None):
        user = user or self.rep
        return self._open_action(user, (followup or self.followup).with_user(user).action_file_complaint()).save()

    def test_the_complaint_is_filled_in_from_the_delivery_and_its_bad_points(self):
        self._mark_bad(self.followup)
        self._mark_bad(self.followup, self.on_time, "Two days <b>late</b>")
        self.mine.write({"channel": "visit", "remark": "He wants new boxes"})
        complaint = self._file()
        self.assertEqual(complaint.subject, "Delivery not OK: Arrived on time, Packaging undamaged")
        for text in ("Two boxes crushed", "Two days &lt;b&gt;late&lt;/b&gt;", "He wants new boxes"):
            self.assertIn(text, complaint.description)
        self.assertEqual(
            (complaint.partner_id, complaint.contact_id, complaint.channel, complaint.company_id),
            (self.customer, self.contact, "visit", self.company),
        )
        self.assertEqual((complaint.picking_id, complaint.sale_order_id), (self.followup.picking_id, self.followup.sale_order_id))
        self.assertEqual((complaint.line_ids.product_id, complaint.line_ids.quantity), (self.product, 10))
        self.assertEqual(complaint.type_id, self.env.ref("quality_complaint.type_delivery"))
        self.assertEqual((complaint.delivery_followup_id, self.followup.complaint_id), (self.followup, complaint))
        self.assertFalse(self.other.complaint_id)

    def test_nothing_is_stored_before_it_is_saved(self):
        self._mark_bad(self.followup)
        before = self._get_register()
        self._open_action(self.rep, self.mine.action_file_complaint())
        self.assertEqual(self._get_register(), before)
        self.assertFalse(self.followup.complaint_ids)

    def test_its_photos_come_along_as_copies(self):
        self._mark_bad(self.followup, photos=["boxes.jpg", "pallet.jpg"])
        complaint = self._file()
        photos = complaint.document_ids.filtered(lambda document: document.kind_id == self.env.ref("quality_complaint.document_kind_photo"))
        self.assertEqual(photos.attachment_ids.mapped("name"), ["boxes.jpg", "pallet.jpg"])
        self.assertEqual(photos.attachment_ids.mapped("raw"), [b"crushed", b"crushed"])
        self.assertFalse(photos.attachment_ids & self.followup.check_ids.attachment_ids)
        self.assertEqual({(file.res_model, file.res_id) for file in photos.attachment_ids}, {("quality.complaint", complaint.id)})

    def test_where_the_kind_of_photos_was_deleted_they_come_along_all_the_same(self):
        self.env.ref("quality_complaint.document_kind_photo").unlink()
        self._mark_bad(self.followup, photos=["boxes.jpg"])
        complaint = self._file()
        self.assertEqual(
            self.env["ir.attachment"].search([("res_model", "=", "quality.complaint"), ("res_id", "=", complaint.id)]).mapped("name"), ["boxes.jpg"],
        )

    def test_a_type_that_was_archived_is_not_proposed(self):
        self.env.ref("quality_complaint.type_delivery").active = False
        self._mark_bad(self.followup)
        self.assertEqual(self._file().type_id, self.complaint_type)

    def test_filing_ends_what_only_waited_for_the_complaint(self):
        self._mark_bad(self.followup)
        self._get_check(self.mine, self.on_time).action_ok()
        self.assertEqual(self.followup.state, "open")
        complaint = self._file()
        self.assertEqual((self.followup.state, self.followup.result, self.followup.done_by_id), ("done", "not_ok", self.rep))
        self.assertIn(complaint.name, self.followup.message_ids.filtered("body")[0].body)

    def test_filing_before_all_is_asked_leaves_it_open(self):
        self._mark_bad(self.followup)
        self._file()
        self.assertEqual(self.followup.state, "open")
        self._get_check(self.mine, self.on_time).action_ok()
        self.assertEqual(self.followup.state, "done")

    def test_it_is_never_filed_twice(self):
        self._mark_bad(self.followup)
        action = self.mine.action_file_complaint()
        complaint = self._file()
        again = self.mine.action_file_complaint()
        self.assertEqual((again["res_model"], again["res_id"]), ("quality.complaint", complaint.id), "it opens the one there is")
        self.assertFalse(complaint.with_env(self.env).copy().delivery_followup_id)
        # a second window that was still open
        window = self._open_action(self.rep, action)
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(UniqueViolation, "delivery_followup_once"):
            window.save()

    def test_without_a_bad_point_there_is_nothing_to_complain_about(self):
        with self.assertRefused("Nothing is marked as not OK"):
            self.mine.action_file_complaint()

    def test_a_complaint_that_the_customer_made_before_is_linked(self):
        self._mark_bad(self.followup)
        self._get_check(self.mine, self.on_time).action_ok()
        complaint = self._create_complaint()
        complaint.with_user(self.rep).delivery_followup_id = self.followup
        self.assertEqual((self.followup.complaint_id, self.followup.state), (complaint, "done"))

    def test_a_complaint_is_not_linked_to_the_delivery_of_another(self):
        stranger = self.env["res.partner"].create({"name": "Green Garage", "is_company": True})
        complaint = self._create_complaint(partner_id=stranger.id, contact_id=False)
        with self.assertRefused(f"The delivery {self.followup.name} did not go to Green Garage", error=ValidationError):
            complaint.delivery_followup_id = self.followup

    def test_a_follow_up_that_he_may_not_read_gives_nobody_its_photos(self):
        complaint = self._create_complaint(self.other_rep)
        with self.assertRefused(error=AccessError):
            complaint.with_user(self.other_rep).delivery_followup_id = self.followup

    def test_who_may_not_read_transfers_files_it_all_the_same(self):
        self._mark_bad(self.followup, user=self.quality_manager)
        self.assertFalse(self.followup.picking_id.with_user(self.quality_manager).has_access("read"))
        complaint = self._file(user=self.quality_manager)
        self.assertEqual(complaint.picking_id, self.followup.picking_id)
        self.assertEqual(complaint.with_user(self.quality_manager).action_view_delivery_followup()["res_id"], self.followup.id)

    def test_the_form_shows_it_to_who_reads_only(self):
        self._mark_bad(self.followup, photos=["boxes.jpg"])
        self._file()
        followup = self.followup.with_user(self.stock_user)
        form = Form(followup)
        self.assertEqual((form.partner_id.id, len(form.check_ids)), (self.customer.id, 2))
        with self.assertRefused(error=AccessError):
            followup.action_all_ok()
