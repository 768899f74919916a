import base64
import doctest

from odoo.tests import tagged

from odoo.addons.quality_complaint.tools import incoming_mail

from .intake_common import IntakeCommon

PNG = base64.b64encode(base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
))


@tagged("post_install", "-at_install")
class TestNobodyWrote(IntakeCommon):
    """What no person wrote to us leaves nothing behind and is not answered."""

    def test_automatic_replies_leave_nothing_behind(self):
        for headers in (
            {"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": "auto-replied (vacation)"}, {"Auto_Submitted": "AUTO-REPLIED; owner=x"},
            {"Auto_Submitted": "auto-generated", "In_Reply_To": "<ours@sunrise.example>"},  # as Exchange does
            {"X_Autoreply": "yes"}, {"X_Autorespond": "Out of office"}, {"Precedence": "auto_reply"}, {"Precedence": "bulk"},
            {"Precedence": "junk"}, {"X_Failed_Recipients": "x@y.example"}, {"Return_Path": "<>", "References": "<ours@sunrise.example>"},
        ):
            with self.subTest(headers), self.assertNothingComes():
                self._receive(self._mail(**headers))

    def test_an_automatic_reply_to_our_message_leaves_nothing_behind(self):
        complaint = self._create_complaint()
        with self.mock_mail_gateway():
            sent = complaint.message_post(body="Which box?", partner_ids=self.contact.ids, subtype_xmlid="mail.mt_comment")
        for target in ("complaints@mail.sunrise.example", "catchall@mail.sunrise.example"):
            with self.subTest(target), self.assertNothingComes():
                self._receive(self._mail(to=target, In_Reply_To=sent.message_id, Auto_Submitted="auto-replied", subject=complaint.name))

    def test_bounces_leave_nothing_behind(self):
        report = self._mail(
            b"--part\r\nContent-Type: text/plain\r\n\r\nCould not be delivered\r\n--part\r\nContent-Type: message/delivery-status\r\n\r\n"
            b"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; ada@blueworkshop.example\r\nAction: failed\r\n\r\n--part--\r\n",
            sender="postmaster@blueworkshop.example", content_type='multipart/report; report-type=delivery-status; boundary="part"',
        )
        for raw in (
            report, self._mail(sender="MAILER-DAEMON@blueworkshop.example"), self._mail(to="bounce@mail.sunrise.example, complaints@mail.sunrise.example"),
        ):
            with self.subTest(raw[:60]), self.assertNothingComes():
                self._receive(raw)

    def test_our_own_addresses_do_not_write_to_us(self):
        for sender in ("complaints@mail.sunrise.example", "Catch <catchall@mail.sunrise.example>"):
            with self.subTest(sender), self.assertNothingComes():
                self._receive(self._mail(sender=sender))

    def test_a_report_of_a_customer_s_system_is_recorded_and_not_answered(self):
        for headers in (
            {"Auto_Submitted": "auto-generated"}, {"Return_Path": "<>"}, {"X_Auto_Response_Suppress": "All"}, {"Precedence": "list"},
            {"List_Id": "<quality.blueworkshop.example>"}, {"sender": "noreply@blueworkshop.example"}, {"sender": "Do-Not-Reply <do-not-reply@b.example>"},
        ):
            with self.subTest(headers):
                complaint = self._receive(self._mail(**headers))
                self.assertEqual(len(complaint), 1)
                self.assertFalse(complaint.acknowledged_on)
                self.assertFalse(self._sent_to(complaint.partner_email))

    def test_headers_that_say_a_person_wrote_it_are_believed(self):
        for headers in ({"Auto_Submitted": "no"}, {"X_Autoreply": "no"}, {"Precedence": "first-class"}, {"X_Auto_Response_Suppress": "DR, RN"}):
            with self.subTest(headers):
                complaint = self._receive(self._mail(subject="Automatic reply: gate broken", **headers))
                self.assertTrue(complaint.acknowledged_on)

    def test_a_flood_is_stopped_and_its_sender_told(self):
        for number in range(20):
            self.assertEqual(len(self._receive(self._mail(f"{number}"))), 1, number)
        self.assertFalse(self._receive(self._mail("one too many")))
        (told,) = self._sent_to("ada@blueworkshop.example")
        self.assertFalse(self._receive(self._mail("one too many", In_Reply_To=told["references"].split()[-1])), "his answer does not come round")
        self.assertFalse(self._mails)
        self.assertEqual(len(self._receive(self._mail(sender="cy@red.example"))), 1, "others are not in his way")
        self.env["mail.gateway.allowed"].create({"email": "ada@blueworkshop.example"})
        self.assertEqual(len(self._receive(self._mail("a system that may"))), 1)

    def test_a_flood_without_sender_is_stopped_and_ends(self):
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 3)
        for _number in range(3):
            self.assertEqual(len(self._receive(self._mail(sender=None))), 1)
        with self.assertNothingComes():
            self._receive(self._mail(sender=None))
        self.assertEqual(len(self._receive(self._mail())), 1)

    def test_a_flood_on_one_complaint_is_stopped(self):
        complaint = self._receive(self._mail())
        for _number in range(19):
            self._receive(self._mail(subject=complaint.name))
        count = len(complaint.message_ids.filtered(lambda message: message.message_type == "email"))
        self.assertEqual(count, 20)
        self.assertFalse(self._receive(self._mail(subject=complaint.name)))
        self.assertEqual(len(complaint.message_ids.filtered(lambda message: message.message_type == "email")), count)


@tagged("post_install", "-at_install")
class TestBadMails(IntakeCommon):
    """However a mail is made: it is recorded, it harms nobody, and what can be read of it is read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 1000)

    def test_examples_of_the_tool(self):
        self.assertFalse(doctest.testmod(incoming_mail).failed)

    def test_texts_are_read_in_the_encodings_that_programs_write(self):
        for text, codec, declared in (
            ("朱镕基的螺丝刀生锈了", "gb18030", "gb2312"), ("朱镕基的螺丝刀生锈了", "gb18030", "GBK"), ("螺丝刀生锈了㐂", "gb18030", "gb18030"),
            ("①番の㈱髙島の工具が錆びています", "cp932", "shift_jis"), ("工具が錆びています", "iso2022_jp", "iso-2022-jp"),
            ("工具が錆びています", "euc_jp", "euc-jp"), ("螺絲起子生鏽了", "cp950", "big5"), ("나사 드라이버가 녹슬었어요 똠", "cp949", "ks_c_5601-1987"),
            ("“Rusty” – café €", "cp1252", "iso-8859-1"), ("Ржавый", "koi8_r", "koi8-r"), ("刀片 rusty", "utf-16", "utf-16"),
            # wrongly declared, unknown, or not at all
            ("螺丝刀生锈了", "gb18030", "utf-8"), ("螺丝刀生锈了", "gb18030", "x-unknown"), ("螺丝刀生锈了", "gb18030", None),
            ("刃が錆びています", "cp932", "utf-8"), ("刃が錆びています", "cp932", None), ("螺丝刀生锈了", "utf-8", "us-ascii"), ("Rost", "ascii", "''"),
            ("工具が錆びています", "iso2022_jp", None), ("工具が錆びています", "iso2022_jp", "utf-8"),
        ):
            with self.subTest(text, codec=codec, declared=declared):
                content_type = f"text/plain; charset={declared}" if declared else "text/plain"
                data = base64.encodebytes(text.encode(codec))
                complaint = self._receive(self._mail(data, content_type=content_type, Content_Transfer_Encoding="base64"))
                self.assertIn(text, complaint.description)
                html = base64.encodebytes(f"<p>{text}</p>".encode(codec))
                part = f"Content-Type: {content_type.replace('plain', 'html')}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + html
                self.assertIn(text, self._receive(self._multipart(part)).description)

    def test_subjects_are_read_in_the_encodings_that_programs_write(self):
        for text, codec, declared in (
            ("朱镕基的螺丝刀", "gb18030", "gb2312"), ("㈱髙島の工具", "cp932", "shift_jis"), ("工具が錆びています", "iso2022_jp", "iso-2022-jp"),
            ("螺丝刀生锈了", "utf-8", "utf-8"), ("螺丝刀生锈了", "gb18030", "x-unknown"),
        ):
            with self.subTest(text, declared=declared):
                word = b"=?%s?B?%s?=" % (declared.encode(), base64.b64encode(text.encode(codec)))
                self.assertEqual(self._receive(self._mail(subject=word)).subject, text)
        self.assertEqual(self._receive(self._mail(subject="螺丝刀生锈了".encode("gb18030"))).subject, "螺丝刀生锈了")
        two = b"=?utf-8?B?" + base64.b64encode("螺丝刀".encode()) + b"?=\r\n =?utf-8?B?" + base64.b64encode("生锈了".encode()) + b"?="
        self.assertEqual(self._receive(self._mail(subject=two)).subject, "螺丝刀生锈了")

    def test_the_mail_is_kept_as_it_came_where_its_encoding_was_guessed(self):
        for body, declared, shown in (
            ("錆びています".encode("iso2022_jp") + b"\x1b$B-!\x1b(B", "iso-2022-jp", "錆びています"),  # a sign of NEC's, which Python can't read
            ("Größe".encode("cp1252"), "utf-8", "Gr"), (b"\xff\xfe\xfd rusty \x81", "utf-8", "rusty"),
        ):
            with self.subTest(declared=declared, body=body):
                complaint = self._receive(self._mail(body, content_type=f"text/plain; charset={declared}"))
                self.assertIn(shown, complaint.description)
                (original,) = complaint.message_ids.attachment_ids
                self.assertEqual(original.name, "original_email.eml")
                self.assertIn(body, original.raw)
        self.assertFalse(self._receive(self._mail("rusty")).message_ids.attachment_ids)

    def test_broken_mails_are_recorded(self):
        for raw in (
            self._mail("hello", content_type="multipart/mixed"),  # no boundary
            self._mail(b"--part\r\nContent-Type: text/plain\r\n\r\nhello", content_type='multipart/mixed; boundary="part"'),  # cut off
            self._mail("hello", content_type='multipart/mixed; boundary="other"'),
            self._mail("!!!no base64==", Content_Transfer_Encoding="base64"), self._mail("hello", Content_Transfer_Encoding="magic"),
            self._mail("hello", content_type="nonsense"), self._mail("hello", content_type="text/plain; charset"),
            self._mail("he\0llo", subject="a\0b"), self._mail("hello", subject="=?utf-8?B?%%%?="), self._mail("hello", subject=b"\xff\xfe"),
            self._mail("<p>hello<div></p><<<", content_type="text/html"), self._mail('<?xml version="1.0" encoding="x"?><html>hello</html>', content_type="text/html"),
            self._mail("<p>he\0llo</p>", content_type="text/html"), self._mail("hello", subject="x" * 20_000),
            # parameters that contradict each other
            self._mail(b"\x92\x81\x88\xf5", content_type="text/plain (name=\"x; charset*0=g; charset*1=b; charset*=utf-8''gb"),
        ):
            with self.subTest(raw[-120:]):
                complaint = self._receive(raw)
                self.assertEqual(len(complaint), 1)
                self.assertTrue(complaint.subject)
                self.assertLessEqual(len(complaint.subject), 250)

    def test_attachments_are_kept_as_they_were(self):
        complaint = self._receive(self._multipart(
            b"Content-Type: text/plain\r\n\r\nSee the photos.",
            b'Content-Type: image/png; name="=?gb2312?B?' + base64.b64encode("镕.png".encode("gbk")) + b'?="\r\n'
            b"Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n" + PNG,
            b'Content-Type: text/csv; charset=bogus; name="a.csv"\r\nContent-Disposition: attachment; filename="a.csv"\r\n\r\n\xff\xfe;1',
            b'Content-Type: application/pdf; name="a\0.pdf"\r\nContent-Disposition: attachment; filename="a\0.pdf"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\nAAAA",
            b"Content-Type: message/rfc822\r\n\r\nSubject: forwarded\r\n\r\ninside",
        ))
        attachments = self.env["ir.attachment"].search([("res_model", "=", complaint._name), ("res_id", "=", complaint.id)])
        self.assertEqual(len(attachments), 4)
        by_type = {attachment.mimetype: attachment for attachment in attachments}
        self.assertEqual(by_type["image/png"].raw, base64.b64decode(PNG))
        self.assertIn(b"\xff\xfe;1", attachments.mapped("raw"))
        self.assertIn(b"\0\0\0", attachments.mapped("raw"))
        self.assertIn("See the photos.", complaint.description)

    def test_pictures_in_the_text_are_seen_in_the_description(self):
        complaint = self._receive(self._multipart(
            b'Content-Type: text/html\r\n\r\n<p>Look: <img src="cid:photo"/></p>',
            b'Content-Type: image/png; name="photo.png"\r\nContent-Id: <photo>\r\nContent-Disposition: inline; filename="photo.png"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\n" + PNG,
        ))
        self.assertIn("/web/image/", complaint.description)
        self.assertNotIn("cid:", complaint.description)

    def test_script_does_not_get_in(self):
        complaint = self._receive(self._multipart(
            b"Content-Type: text/html\r\n\r\n<p onclick='alert(1)'>Rusty<script>alert(2)</script><a href='javascript:alert(3)'>x</a>"
            b"<iframe src='https://evil.example'></iframe><img src=x onerror='alert(4)'></p>",
            b'Content-Type: image/svg+xml; name="a.svg"\r\nContent-Disposition: attachment; filename="a.svg"\r\n\r\n'
            b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(5)</script></svg>',
            b'Content-Type: text/html; name="a.html"\r\nContent-Disposition: attachment; filename="a.html"\r\n\r\n<script>alert(6)</script>',
        ))
        for text in (complaint.description, *complaint.message_ids.mapped("body")):
            for evil in ("alert(", "<script", "javascript:", "onerror", "<iframe"):
                self.assertNotIn(evil, text)
        attachments = complaint.message_ids.attachment_ids
        self.assertEqual(set(attachments.mapped("mimetype")), {"text/plain"}, "a browser shows them as text")
        self.assertEqual(len(attachments), 2)

    def test_a_huge_body_is_cut_and_kept_as_a_whole(self):
        for content_type, line in (("text/plain", "rusty line\r\n"), ("text/html", "<p>rusty line</p>\r\n")):
            with self.subTest(content_type):
                complaint = self._receive(self._mail(line * 300_000, content_type=content_type))
                self.assertLess(len(complaint.description), 250_000)
                self.assertIn("message.html", complaint.description)
                self.assertIn("rusty line", complaint.description)
                (whole,) = complaint.message_ids.attachment_ids
                self.assertEqual(whole.name, "message.html")
                self.assertEqual(whole.raw.count(b"rusty line"), 300_000)
                self.assertEqual(whole.mimetype, "text/plain")

    def test_other_mail_goes_core_s_way(self):
        alias = self.env["mail.alias"].create({
            "alias_name": "partners", "alias_domain_id": self.domain.id, "alias_model_id": self.env["ir.model"]._get_id("res.partner"),
        })
        raw = self._mail("auto", subject="Away", to=alias.alias_full_name, Auto_Submitted="auto-replied")
        self.assertEqual(self._receive(raw, "res.partner").name, "Away")
