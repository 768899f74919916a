from contextlib import contextmanager

from odoo.addons.mail.tests.common import MockEmail

from .common import ComplaintCommon


class IntakeCommon(ComplaintCommon, MockEmail):
    """Two teams of the company with an address each, and raw mails that the gateway receives as a mail server hands them over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create({
            "name": "mail.sunrise.example", "bounce_alias": "bounce", "catchall_alias": "catchall",
            "company_ids": [(6, 0, cls.company.ids)],
        })
        cls.company.email = "office@mail.sunrise.example"
        cls.team.with_user(cls.complaint_admin).write({"alias_name": "complaints"})
        cls.customer.user_id = cls.rep
        cls.other_customer = cls.env["res.partner"].create({
            "name": "Red Garage", "is_company": True, "email": "office@redgarage.example",
        })
        cls.messages = 0
        cls.env.flush_all()

    @classmethod
    def _mail(cls, body=b"The blades are rusty.", subject="Rust", sender="Ada Blue <ada@blueworkshop.example>",
              to="complaints@mail.sunrise.example", content_type="text/plain; charset=utf-8", **headers):
        """A raw mail; a header that is None is left out, a body that is text is sent as UTF-8."""
        cls.messages += 1
        headers = {
            "From": sender, "To": to, "Subject": subject, "Message-Id": f"<{cls.messages}@blueworkshop.example>",
            "Content-Type": content_type, **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        lines = [
            f"{name}: ".encode() + (value if isinstance(value, bytes) else value.encode())
            for name, value in headers.items() if value is not None
        ]
        return b"\r\n".join([*lines, b"", body.encode() if isinstance(body, str) else body])

    @classmethod
    def _multipart(cls, *parts, **values):
        """A raw mail of several parts, each its raw bytes, headers and all."""
        body = b"".join(b"--part\r\n" + part + b"\r\n" for part in parts) + b"--part--\r\n"
        return cls._mail(body, content_type='multipart/mixed; boundary="part"', **values)

    def _receive(self, raw, model="quality.complaint"):
        """The records of the model that came of the mail; what is sent meanwhile is in ``self._mails``."""
        before = self.env[model].search([])
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(None, raw)
            self.env.flush_all()
            self.env.cr.postcommit.run()
        return self.env[model].search([]) - before

    @contextmanager
    def assertNothingComes(self):
        """What is received inside leaves neither a record nor a message behind, and nobody gets a mail."""
        messages = self.env["mail.message"].search_count([("message_type", "=", "email")])
        partners = self.env["res.partner"].with_context(active_test=False).search_count([])
        register = self._get_register()
        yield
        self.assertEqual(self._get_register(), register)
        self.assertEqual(self.env["mail.message"].search_count([("message_type", "=", "email")]), messages)
        self.assertEqual(self.env["res.partner"].with_context(active_test=False).search_count([]), partners)
        self.assertFalse(self._mails)

    def _sent_to(self, address):
        return [mail for mail in self._mails if any(address in to for to in mail["email_to"])]

    def _get_notes(self, record):
        """What only colleagues see of the record."""
        note = self.env.ref("mail.mt_note")
        return " ".join(
            str(message.body) for message in record.message_ids if message.subtype_id == note and message.message_type == "notification"
        )
