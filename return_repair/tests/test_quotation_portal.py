import io

from pypdf import PdfReader

from odoo.tests import tagged

from odoo.addons.quality_complaint.tests.portal_common import PortalCommon

from .quotation_common import SIGNATURE, QuotationCommon


@tagged("post_install", "-at_install")
class TestQuotationPortal(QuotationCommon, PortalCommon):
    """The customer reads, signs or declines the quotation in core's portal; the paper says what is repaired and why it is charged."""

    def setUp(self):
        super().setUp()
        self.repair = self._create_repair(self.outside)
        self.order = self._quote(self.repair)
        self.url = f"/my/orders/{self.order.id}"

    def _sign(self, user, token=""):
        self._login(user)
        return self.make_jsonrpc_request(f"{self.url}/accept", {"access_token": token, "name": "Ada Blue", "signature": SIGNATURE})

    def test_the_customer_signs_and_the_work_may_start(self):
        self._login(self.ada)
        text = self._get_text(self._open(self.url))
        for expected in (self.repair.name, self.request.name, "Does not cut", "Out of Warranty", "12 Months", "27.50"):
            self.assertIn(expected, text)
        self.assertIn("redirect_url", self._sign(self.ada))
        self.env.invalidate_all()
        self.assertEqual((self.order.state, self.order.signed_by, self.order.repair_accepted_amount), ("sale", "Ada Blue", 165))
        self._repair(self.repair)
        self.assertEqual(self.repair.state, "done")

    def test_others_sign_nothing(self):
        for user, token in ((self.stranger, ""), (None, ""), (None, "wrong")):
            self.assertIn("error", self._sign(user, token))
        self.env.invalidate_all()
        self.assertEqual((self.order.state, self.repair.quotation_state), ("sent", "waiting"))

    def test_what_has_expired_is_not_signed(self):
        self.order.validity_date = "2020-01-01"
        self._login(self.ada)
        self.assertIn("This quotation has expired", self._get_text(self._open(self.url)))
        self.assertIn("error", self._sign(self.ada))
        self.env.invalidate_all()
        self.assertEqual(self.repair.quotation_state, "expired")

    def test_who_declines_is_heard_by_the_representative(self):
        self._login(self.ada)
        self._post(f"{self.url}/decline", {"decline_message": "Too expensive"})
        self.assertEqual((self.order.state, self.repair.state, self.repair.quotation_state), ("cancel", "draft", "declined"))
        activity = self.request.activity_ids.filtered(lambda activity: self.order.name in activity.summary)
        self.assertEqual(activity.user_id, self.rep)
        self._refuse(self.order, charge_fee=True)
        self.assertEqual(self.repair.state, "cancel")
        self.assertTrue(self.repair.sudo().fee_order_id)
        self.assertFalse(activity.exists().filtered("active"))

    # ------------------------------------------------------------ paper
    def _print(self, order):
        report = self.env["ir.actions.report"].with_user(self.rep).with_context(force_report_rendering=True)
        content, _kind = report._render_qweb_pdf("sale.action_report_saleorder", order.ids)
        return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)

    def test_the_paper_says_what_is_repaired_and_what_it_costs(self):
        text = self._print(self.order)
        for expected in (
            "Repair Quotation #", self.order.name, self.repair.name, self.request.name, "Screwdriver set", "Does not cut", "Out of Warranty",
            "terms of the Product", "Blade", "Labour", "165.00", "inspection fee of", "27.50",
        ):
            with self.subTest(expected):
                self.assertIn("".join(expected.split()), text)

    def test_a_decision_by_hand_is_not_explained_to_the_customer(self):
        self.outside.with_user(self.quality_manager).write({"warranty_override": "out", "warranty_override_reason": "Used as a chisel"})
        text = self._print(self.order)
        self.assertIn("decidedcasebycase", text)
        self.assertNotIn("chisel", text)

    def test_the_paper_of_another_order_is_as_in_core(self):
        plain = self._print(self.sold)
        self.assertNotIn("Repair", plain)
        self.assertNotIn("inspectionfee", plain)

    def test_the_paper_is_in_the_customers_language(self):
        self._load_languages("zh_CN", modules=("sale", "return_repair", "quality_complaint"))
        self.customer.lang = "zh_CN"
        self.outside.sudo().note = "刀片不锋利"
        text = self._print(self.order)
        for expected in ("刀片不锋利", "保修期外", "单价"):
            with self.subTest(expected):
                self.assertIn(expected, text)
