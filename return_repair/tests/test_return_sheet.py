import base64
import io

from lxml import html
from pypdf import PdfReader

from odoo.tests import tagged

from .common import ReturnCommon

REPORT = "return_repair.report_return_order"

# the bars and blanks of each sign of Code 128, by its value
CODE128 = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312", "231212", "112232", "122132",
    "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212",
    "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311",
    "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131", "311123", "311321",
    "331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
    "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242", "121142", "121241", "114212",
    "124112", "124211", "411212", "421112", "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113",
    "411311", "113141", "114131", "311141", "411131", "211412", "211214", "211232",
]
TO_C, TO_B, TO_A = 99, 100, 101


def read_code128(picture):
    """The text of a picture of a Code 128, read from its bars."""
    from PIL import Image

    row = Image.open(io.BytesIO(picture)).convert("L")
    dark = [row.getpixel((x, row.height // 4)) < 128 for x in range(row.width)]
    runs, start = [], dark.index(True)
    for x in range(start + 1, len(dark) + 1):
        if x == len(dark) or dark[x] != dark[start]:
            runs.append(x - start)
            start = x
    values = []
    for at in range(0, len(runs) - 8, 6):  # the sign at the end has seven, and behind it is white
        unit = sum(runs[at:at + 6]) / 11
        values.append(CODE128.index("".join(str(round(run / unit)) for run in runs[at:at + 6])))
    code = values[0] - 103  # the set it begins with: 0 is A, 1 is B, 2 is C
    *signs, check = values[1:]
    assert check == (values[0] + sum(place * value for place, value in enumerate(signs, 1))) % 103
    text = ""
    for value in signs:
        if value in (TO_C, TO_B, TO_A) and not (code == 2 and value == TO_C):
            code = {TO_A: 0, TO_B: 1, TO_C: 2}[value]
        else:
            text += f"{value:02}" if code == 2 else chr(value + 32)
    return text


@tagged("post_install", "-at_install")
class TestReturnSheet(ReturnCommon):
    """The sheet that goes with the goods."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.saw = cls._create_product("圆锯", tracking="lot", warranty_duration=2, warranty_unit="year")
        cls.lot = cls._create_lot("SN-锯-1", cls.saw)
        cls._add_stock(cls.product, 100)
        order = cls._create_order((cls.product, 10), (cls.saw, 2))
        cls.delivery = cls._deliver(order, lots={cls.saw: {cls.lot: 2}})
        cls.contact.phone = "+1 555 0177"
        cls.order = cls._create_return(
            collection="courier", tracking_number="JD-77",
            line_ids=[cls._get_line(note="锯片弯曲"), cls._get_line(cls.saw, lot_id=cls.lot.id, quantity=1, resolution="repair", disposition="rework")],
        )

    def _render(self, orders=None, user=None, pdf=True):
        report = self.env["ir.actions.report"].with_user(user or self.rep).with_context(force_report_rendering=True)
        if not pdf:
            return html.fromstring(report._render_qweb_html(REPORT, (orders or self.order).ids)[0])
        content, kind = report._render_qweb_pdf(REPORT, (orders or self.order).ids)
        self.assertEqual(kind, "pdf")
        return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]

    def assertSays(self, text, *expected):
        for words in expected:
            with self.subTest(words):
                self.assertIn("".join(words.split()), text)

    def test_it_says_who_sends_what_and_what_was_decided(self):
        self.saw.product_tmpl_id.warranty_duration = 5  # what was promised stays
        self._move_return(self.order, "receiving")
        self.assertSays(
            "".join(self._render(user=self.stock_user)), self.order.name, "Blue Workshop", "Ada Blue", "+1 555 0177", "Sent by Courier", "JD-77", "Bent",
            "Screwdriver set", "锯片弯曲", "圆锯", "SN-锯-1", "2.00 Units", "1.00 Units", "Refund", "Repair", "Rework", "In Warranty",
            "2 Years (terms of the Product)", "Please send the goods to", "Waiting for Goods", "Date, signature",
        )

    def test_what_is_not_counted_yet_is_left_to_the_pen(self):
        def get_cells(order):
            rows = self._render(order, pdf=False).xpath("//table[.//th[normalize-space()='Announced']]/tbody/tr")
            return [[cell.text_content().strip() for cell in row.xpath("td")[2:4]] for row in rows]

        self._move_return(self.order, "receiving")
        self.assertEqual(get_cells(self.order), [["", ""], ["", ""]])
        self.order.with_user(self.stock_user).action_received()
        self.assertEqual(get_cells(self.order), [["2.00", ""], ["1.00", ""]])

    def test_the_barcode_is_the_number(self):
        for user in (self.rep, self.quality_manager):
            [source] = self._render(user=user, pdf=False).xpath("//img[contains(@src, 'base64')]/@src")[-1:]
            self.assertEqual(read_code128(base64.b64decode(source.split(",")[1])), self.order.name)

    def test_it_speaks_the_customers_language_whoever_prints_it(self):
        self._load_languages("zh_CN", modules=("return_repair",))
        self.env.ref("return_repair.report_return_order_document").update_field_translations("arch_db", {
            "zh_CN": {"Return, Exchange and Repair Order": "产品退/换/维修单"},
        })
        self.contact.lang = "zh_CN"
        self._move_return(self.order, "receiving")
        other = self._create_return(contact_id=False)
        chinese, english = self._render(self.order), self._render(other)
        self.assertSays("".join(chinese), "产品退/换/维修单", self.order.name, "维修", "圆锯")
        self.assertSays("".join(english), "Return, Exchange and Repair Order")

    def test_several_are_printed_each_on_pages_of_its_own(self):
        other = self._create_return()
        pages = self._render(self.order | other)
        first, second = ([number for number, page in enumerate(pages) if order.name in page] for order in (self.order, other))
        self.assertTrue(first and second)
        self.assertLess(max(first), min(second))

    def test_a_customer_does_not_read_what_they_were_not_told(self):
        self.order.action_submit()
        portal = self._new_user("portal", "base.group_portal")
        report = self.env["ir.actions.report"].with_user(portal).sudo()  # as the portal prints
        self.env.flush_all()

        def read():
            return html.fromstring(report._render_qweb_html(REPORT, self.order.ids)[0]).text_content()

        self.assertNotIn("Rework", read())
        self.assertNotIn("Refund", read())
        self.order.with_user(self.quality_manager).line_ids[1].write({"warranty_override": "in", "warranty_override_reason": "A friend of the boss"})
        self.order.with_user(self.quality_manager).action_accept()
        self.order.with_user(self.rep).action_tell()
        self.assertIn("Refund", read())
        self.assertNotIn("Rework", read())
        self.assertNotIn("A friend", read())
        self.assertIn("A friend", self._render(pdf=False).text_content())

    def test_who_may_not_see_the_return_prints_nothing(self):
        with self.assertRaisesRegex(Exception, "access|Access"):
            self._render(user=self.other_rep, pdf=False)
