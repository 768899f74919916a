import io
import json

import openpyxl

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.http import Request
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .common import ReturnCommon


class ReturnReportCommon(ReturnCommon):
    """One of ten screwdrivers and a dozen of bolts came back on one return; nothing yet of another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.brand = cls.env["quality.brand"].create({"name": "Sun"})
        cls.product.write({"quality_brand_id": cls.brand.id, "warranty_duration": 12})
        cls.bolt = cls._create_product("Bolt", list_price=1, uom_ids=[Command.set(cls.env.ref("uom.product_uom_dozen").ids)])
        cls._add_stock(cls.product, 100)
        cls._add_stock(cls.bolt, 100)
        with cls.at(cls, "2031-03-03 10:00:00"):
            sold = cls._create_shipped_order(
                {"product_id": cls.product.id, "product_uom_qty": 10, "price_unit": 10, "tax_ids": [Command.clear()]},
                {"product_id": cls.bolt.id, "product_uom_qty": 3, "product_uom_id": cls.env.ref("uom.product_uom_dozen").id, "price_unit": 12, "tax_ids": [Command.clear()]},
            )
            screws, bolts = sold.order_line.move_ids
            cls.order = cls._create_return(line_ids=[
                cls._get_line(move_id=screws.id, quantity=2, note="=1+1"), cls._get_line(
                    cls.bolt, move_id=bolts.id, quantity=1, product_uom_id=cls.env.ref("uom.product_uom_dozen").id, resolution="credit",
                ),
            ])
            cls.order.action_submit()
        with cls.at(cls, "2031-03-04 22:00:00"):
            cls.order.with_user(cls.quality_manager).action_accept()
            cls.order.action_tell()
        with cls.at(cls, "2031-03-05 10:00:00"):
            by_warehouse = cls.order.with_user(cls.stock_user)
            by_warehouse.action_received()
            by_warehouse.line_ids[:1].quantity_accepted = 1
        with cls.at(cls, "2031-03-13 10:00:00"):
            cls._inspect(by_warehouse)
            back = cls.order.sudo().transfer_ids
            back.move_ids.picked = True
            back._action_done()
            cls.order.with_user(cls.quality_manager).action_done()
            cls.waiting = cls._create_return(line_ids=[cls._get_line(move_id=screws.id, quantity=1, resolution="exchange")])
        cls.both = cls.order | cls.waiting
        cls.env.flush_all()
        cls.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestReturnReport(ReturnReportCommon):
    """Returns are counted by what came back, why and how fast."""

    def _get_report(self, user=None):
        return self.env["return.report"].with_user(user or self.quality_manager)

    def _sum(self, group, *measures):
        rows = self._get_report()._read_group([("return_id", "in", self.both.ids)], [group], measures)
        return {row[0]: row[1:] if len(measures) > 1 else row[1] for row in rows}

    def test_quantities_are_in_the_unit_of_the_product(self):
        self.assertEqual(
            self._sum("product_id", "quantity:sum", "quantity_received:sum", "quantity_accepted:sum"),
            {self.product: (3, 2, 1), self.bolt: (12, 12, 12)},
        )

    def test_it_is_counted_by_reason_brand_team_warranty_resolution_and_month(self):
        for group, expected in (
            ("reason_id", {self.reason: 3}), ("quality_brand_id", {self.brand: 3}), ("team_id", {self.team: 3}), ("user_id", {self.rep: 3}),
            ("partner_id", {self.customer: 3}), ("product_categ_id", {self.product.categ_id: 3}),
            ("warranty_state", {"in": 2, "none": 1}), ("resolution", {"refund": 1, "credit": 1, "exchange": 1}),
            ("date_requested:month", {fields.Datetime.to_datetime("2031-03-01"): 3}), ("state", {"done": 2, "draft": 1}),
        ):
            with self.subTest(group):
                self.assertEqual(self._sum(group, "__count"), expected)
        self.assertEqual(self._sum("company_id", "return_id:count_distinct"), {self.company: 2})

    def test_the_refund_is_what_the_customer_gets(self):
        self.assertEqual(self._sum("return_id", "refund_amount:sum"), {self.order: 22, self.waiting: 0})
        self.assertEqual(self.order.refund_amount, 22)

    def test_days_count_from_the_request_with_their_parts(self):
        self.assertEqual(
            self._sum("return_id", "days_to_decision:avg", "days_to_receipt:avg", "days_to_done:avg"),
            {self.order: (1.5, 2, 10), self.waiting: (False, False, False)},
        )

    def test_each_sees_the_returns_that_he_may_read(self):
        domain = [("return_id", "in", self.both.ids)]
        for user, count in ((self.rep, 3), (self.quality_manager, 3), (self.stock_user, 2), (self.other_rep, 0)):
            with self.subTest(user.login):
                self.assertEqual(self._get_report(user).search_count(domain), count)
        with self.assertRaises(AccessError):
            self._get_report(self.other_rep).browse(self.order.line_ids[0].id).read(["quantity"])
        company = self.env["res.company"].create({"name": "Moonlight Tools"})
        stranger = self._new_user("stranger", "quality_complaint.group_manager", company)
        self.assertFalse(self._get_report(stranger).search(domain))
        row = self._get_report().search(domain, limit=1)
        self.assertEqual(row.action_view_record()["res_id"], row.return_id.id)

    def test_the_kept_questions_can_be_asked(self):
        action = self.env.ref("return_repair.action_return_report")
        kept = self.env["ir.filters"].with_user(self.rep).get_filters("return.report", action.id)
        self.assertLessEqual({"Reasons by Month", "Products and Reasons", "Days by Team"}, {found["name"] for found in kept})
        for found in self.env["ir.filters"].search([("model_id", "=", "return.report"), ("user_ids", "=", False)]):
            with self.subTest(found.name):
                self._get_report().formatted_read_group(found._get_eval_domain(), json.loads(found.context.replace("'", '"'))["group_by"], ["__count"])

    # ------------------------------------------------------------ C10
    def _start(self, returns, user=None):
        return self._open_action(user or self.handler, returns.with_user(user or self.handler).action_start_corrective_action())

    def test_a_corrective_action_begins_on_the_returns_that_were_counted(self):
        rows = self._get_report(self.handler).search([("return_id", "in", self.both.ids)])
        form = self._open_action(self.handler, rows.action_start_corrective_action())
        self.assertEqual((form.capa_type, form.team_id), ("corrective", self.team))
        form.name, form.user_id = "Pack them dry", self.worker
        capa = form.save()
        self.assertEqual(capa.source_return_ids, self.both)
        self.assertEqual(capa.check_product_ids, self.product, "what both are about")
        self.assertEqual(Form(self.order.with_user(self.rep)).statistic_capa_ids.ids, capa.ids)
        self.assertEqual(self.order.with_user(self.rep).statistic_capa_ids.name, "Pack them dry")
        capa.action_propose()
        capa.action_open()
        self.assertEqual(set(capa.with_user(self.worker).source_return_ids.mapped("name")), set(self.both.mapped("name")), "whoever does it reads its basis")
        self.assertFalse(self._get_report().search([("return_id", "in", self.both.ids), ("return_id.statistic_capa_ids", "=", False)]))
        with self.assertRaises(AccessError):
            capa.with_user(self.worker).source_return_ids = [Command.clear()]

    def test_a_second_action_on_the_same_returns_is_warned_of(self):
        first = self._start(self.order)
        self.assertFalse(first.source_warning)
        first.name, first.user_id = "Pack them dry", self.worker
        first.save()
        second = self._start(self.both)
        self.assertIn("«Pack them dry»", second.source_warning)
        self.assertIn(f"is based on {self.order.name} already", second.source_warning)
        self.assertFalse(self._start(self.both - self.order).source_warning)

    def test_it_starts_from_a_list_of_returns_too(self):
        server_action = self.env.ref("return_repair.action_start_corrective_action").with_user(self.handler)
        action = server_action.with_context(active_model="return.order", active_ids=self.both.ids, active_id=self.order.id).run()
        self.assertEqual(action["context"]["default_source_return_ids"], self.both.ids)

    def test_cancelled_returns_and_two_companies_are_no_basis(self):
        company = self.env["res.company"].create({"name": "Moonlight Tools"})
        foreign = self.env["return.order"].with_company(company).create({
            "partner_id": self.customer.id, "company_id": company.id, "user_id": self.env.uid, "line_ids": [self._get_line()],
        })
        with self.assertRefused("An action belongs to one company", "Moonlight Tools", "Sunrise Tools"):
            (foreign | self.order.with_env(foreign.env)).action_start_corrective_action()
        self._move_return(self.waiting, "cancel")
        with self.assertRefused("Leave these out", self.waiting.name):
            self._start(self.both)

    def test_it_takes_a_handler(self):
        with self.assertRaises(AccessError):
            self._start(self.order, self.rep)
        with self.assertRaises(AccessError):
            self._start(self.order, self.outsider)


@tagged("post_install", "-at_install")
class TestReturnReportDownload(ReturnReportCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_allow_export").user_ids += cls.rep | cls.other_rep

    def _download(self, user, domain):
        self.authenticate(user.login, user.login)
        return self.url_open("/return_repair/returns.xlsx", data={"domain": json.dumps(domain), "context": "{}", "csrf_token": Request.csrf_token(self)})

    def test_it_is_downloaded_as_excel(self):
        rows = self.env["return.report"].with_user(self.rep).search([("return_id", "in", self.both.ids)])
        action = rows.action_export_report()["params"]
        self.assertEqual(action["url"], "/return_repair/returns.xlsx")
        response = self._download(self.rep, json.loads(action["data"]["domain"]))
        self.assertEqual(response.status_code, 200)
        sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
        self.assertEqual((sheet["A1"].value, sheet.freeze_panes), ("Returns", "B3"))
        labels = [cell.value for cell in sheet[2]]
        table = [dict(zip(labels, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=3)]
        self.assertEqual([(row["Product"], row["Announced"], row["Accepted"], row["Days to Done"]) for row in table], [
            ("Screwdriver set", 2, 1, 10), ("Bolt", 12, 12, 10), ("Screwdriver set", 1, 0, None),
        ])
        self.assertEqual((str(table[0]["Requested On"]), table[0]["Warranty"], table[0]["Resolution"]), ("2031-03-03 10:00:00", "In Warranty", "Refund"))
        note = sheet.cell(3, labels.index("Note") + 1)
        self.assertEqual((note.value, note.data_type), ("=1+1", "s"), "no formula")

    def test_each_gets_what_he_may_read_and_only_with_the_right_to_export(self):
        domain = [("return_id", "in", self.both.ids)]
        sheet = openpyxl.load_workbook(io.BytesIO(self._download(self.other_rep, domain).content)).active
        self.assertEqual(sheet.max_row, 2)
        with mute_logger("odoo.http"):
            self.assertEqual(self._download(self.handler, domain).status_code, 403)
            self.assertEqual(self._download(self.rep, "x").status_code, 400)
