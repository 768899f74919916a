import io

from pypdf import PdfReader

from odoo.fields import Command

from .test_verification import VerificationCommon

# what an 8D report needs that a letter does not, in the words of the gate
GAPS_8D = {
    "description": "8D, D2: what happened, or the defect of a product",
    "containment": "8D, D3: a containment action that was carried out",
    "root": "8D, D4: the root cause: why it happened",
    "escape": "8D, D4: the escape cause: why it was not detected",
    "corrective": "8D, D5: a corrective action",
    "preventive": "8D, D7: a preventive action",
}


class ReplyCommon(VerificationCommon):
    """Complaints that are replied to as a letter, as an 8D or as an A3 report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.letter = cls.env.ref("quality_complaint.action_report_reply")
        cls.form_8d = cls.env.ref("quality_complaint.action_report_reply_8d")
        cls.form_a3 = cls.env.ref("quality_complaint.action_report_reply_a3")

    @classmethod
    def _create_handled(cls, without=(), window_days=0, **values):
        """A complaint in its investigation with all that an 8D report says, except what is left out (keys of GAPS_8D)."""
        complaint = cls._move_to(cls._create_complaint(**{
            "subject": "刀身生锈", "description": False if "description" in without else "<p>雨の日に届きました</p>",
            "line_ids": [Command.create({
                "product_id": cls.product.id, "quantity": 2, "defect": False if "description" in without else "さび",
            })],
            **values,
        }), "investigation")
        handled = complaint.with_user(cls.handler)
        handled.handling_opinion = "Replace and cover"
        handled.demand_ids.write({"answer": "New sets were sent", "outcome": "granted"})
        weather = cls.env.ref("quality_complaint.cause_transport_weather")
        handled.cause_ids = [
            Command.create({"name": "The box was wet", "sequence": 1}),
            Command.create({"name": "下雨且无遮盖", "sequence": 2, "is_root": "root" not in without, "cause_id": weather.id}),
        ]
        if "escape" not in without:
            handled.cause_ids = [Command.create({"name": "包装を誰も確認しない", "kind": "escape"})]
        if "containment" not in without:
            cls._carry_out(complaint, name="Block the lot", capa_type="containment", user_id=cls.handler.id)
        if "corrective" not in without:
            cls._carry_out(complaint, name="Cover the pallets", capa_type="corrective", window_days=window_days)
        if "preventive" not in without:
            cls._start(cls._create_capa(complaint, name="Ask all carriers for covers", capa_type="preventive"))
        return complaint

    @classmethod
    def _resolve(cls, complaint):
        complaint.with_user(cls.handler).action_resolve()
        return complaint

    @classmethod
    def _approve(cls, complaint):
        complaint.with_user(cls.sales_manager).action_approve_reply()
        return complaint

    @classmethod
    def _create_8d(cls, **values):
        """At its reply, drafted as an 8D report because the customer wants it so."""
        cls.customer.complaint_reply_report_id = cls.form_8d
        return cls._resolve(cls._create_handled(**values))

    def _read_pdf(self, content):
        """The text of each page without blanks, and the pages."""
        pages = PdfReader(io.BytesIO(content)).pages
        return ["".join(page.extract_text().split()) for page in pages], pages

    def assertSays(self, text, *expected):
        for words in expected:
            with self.subTest(words):
                self.assertIn("".join(words.split()), "".join(text.split()))
