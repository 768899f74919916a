from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .inquiry_common import InquiryCommon

# the hour at which the test looks at it all
NOW = "2031-04-02 12:00:00"


@tagged("post_install", "-at_install")
class TestInquiryReports(InquiryCommon):
    """What customers ask about, how much of it, and whether they get their answers in time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.brand = cls.env["quality.brand"].create({"name": "Ironhand"})
        cls.category = cls.env["product.category"].create({"name": "Screwdrivers"})
        cls.product.write({"categ_id": cls.category.id, "quality_brand_id": cls.brand.id})
        cls.other_type = cls.env["quality.inquiry.type"].create({"name": "Price", "company_id": cls.company.id})

    def _ask_all(self):
        """{what it is: inquiry}, of March and April."""
        with self.at("2031-03-03 10:00:00"):
            at_once = self._create_inquiry(answer="Oil", product_id=self.product.id, question_count=3)
            at_once.action_answer()
            late, in_time, cancelled = self._forward(channel="email"), self._forward(product_id=self.product.id), self._forward()
            self._give_reason(cancelled, "cancel")
        with self.at("2031-03-04 17:00:00"):
            self._answer_inquiry(in_time)
        with self.at("2031-03-04 17:00:01"):
            self._answer_inquiry(late)
        with self.at("2031-04-01 10:00:00"):
            overdue = self._forward(date_deadline="2031-04-02 11:59:59")
            due = self._forward(date_deadline=NOW)
            new = self._create_inquiry(type_id=self.other_type.id, team_id=False, partner_id=False, partner_name="Bo", user_id=self.other_rep.id)
        return {
            "at_once": at_once, "late": late, "in_time": in_time, "cancelled": cancelled, "overdue": overdue, "due": due, "new": new,
        }

    def _group(self, inquiries, field):
        groups = self.env["quality.inquiry"]._read_group([("id", "in", inquiries.ids)], [field], ["__count", "question_count:sum"])
        return {getattr(value, "display_name", value): (count, questions) for value, count, questions in groups}

    def test_questions_are_counted_by_all_that_matters(self):
        asked = self._ask_all()
        inquiries = self.env["quality.inquiry"].union(*asked.values())
        for field, expected in (
            ("type_id", {"Lubrication": (6, 8), "Price": (1, 1)}),
            ("product_categ_id", {"Screwdrivers": (2, 4), False: (5, 5)}),
            ("quality_brand_id", {"Ironhand": (2, 4), False: (5, 5)}),
            ("channel", {"phone": (6, 8), "email": (1, 1)}),
            ("team_id", {"Engineering": (6, 8), False: (1, 1)}),
            ("timeliness", {"at_once": (1, 3), "in_time": (1, 1), "late": (1, 1), "open": (3, 3), False: (1, 1)}),
        ):
            with self.subTest(field):
                self.assertEqual(self._group(inquiries, field), expected)
        self.assertEqual(sorted(self._group(inquiries, "date_received:month").values()), [(3, 3), (4, 6)])

    def test_each_filter_finds_what_it_says(self):
        asked = self._ask_all()
        inquiries = self.env["quality.inquiry"].union(*asked.values())
        names = {inquiry: name for name, inquiry in asked.items()}
        arch = etree.fromstring(self.env.ref("quality_complaint.view_quality_inquiry_search").arch)
        expected = {
            "mine": {"at_once", "late", "in_time", "cancelled", "overdue", "due"},
            "open": {"late", "in_time", "overdue", "due", "new"},
            "unanswered": {"overdue", "due", "new"},
            "to_tell": {"late", "in_time"},
            "late": {"overdue"},
            "unknown": {"new"},
            "became_complaint": set(),
            "this_month": {"overdue", "due", "new"},
        }
        with self.at(NOW):
            self.env.invalidate_all()
            for name, found in expected.items():
                [node] = arch.xpath(f"//filter[@name='{name}']")
                domain = safe_eval(node.get("domain"), {"uid": self.rep.id})
                hits = self.env["quality.inquiry"].with_user(self.sales_manager).search([("id", "in", inquiries.ids), *domain])
                with self.subTest(name):
                    self.assertEqual({names[hit.with_env(self.env)] for hit in hits}, found)

    def test_asked_of_my_teams_is_what_my_teams_have_to_answer(self):
        asked = self._ask_all()
        action = self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_inquiries_to_answer")
        arch = etree.fromstring(self.env.ref("quality_complaint.view_quality_inquiry_search").arch)
        [node] = arch.xpath("//filter[@name='my_teams']")
        for user, found in ((self.worker, asked["overdue"] + asked["due"]), (self.expert, asked["overdue"] + asked["due"]), (self.handler, None)):
            domain = safe_eval(action["domain"]) + safe_eval(node.get("domain"), {"uid": user.id})
            with self.subTest(user.login):
                self.assertEqual(
                    set(self.env["quality.inquiry"].with_user(user).search([*domain, ("company_id", "=", self.company.id)]).ids),
                    set((found or self.env["quality.inquiry"]).ids),
                )

    def test_who_makes_products_names_their_brand(self):
        maker = self._new_user("maker", "product.group_product_manager")
        brand = self.env["quality.brand"].with_user(maker).create({"name": "Sparkhand"})
        template = self.product.product_tmpl_id.with_user(maker)
        template.quality_brand_id = brand
        self.assertEqual(self._create_inquiry(product_id=self.product.id).quality_brand_id, brand)
