import io

import lxml.html
from PIL import Image

from odoo import http
from odoo.fields import Command
from odoo.tests import HttpCase

from .common import ComplaintCommon


def make_picture(kind="JPEG", size=(8, 6)):
    """The bytes of a picture."""
    buffer = io.BytesIO()
    Image.new("RGB", size, "brown").save(buffer, kind)
    return buffer.getvalue()


class PortalCommon(ComplaintCommon, HttpCase):
    """The contact of the customer, a colleague of his and somebody of another customer, each with an account of the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"phone": "+1 555 0199", "email": "hello@sunrise.example"})
        cls.ada = cls._create_portal_user(cls.contact)
        cls.colleague = cls._create_portal_user(cls.env["res.partner"].create({
            "name": "Cy Blue", "parent_id": cls.customer.id, "email": "cy@blueworkshop.example",
        }))
        cls.other_customer = cls.env["res.partner"].create({
            "name": "Green Garage", "is_company": True, "email": "office@greengarage.example",
        })
        cls.stranger = cls._create_portal_user(cls.env["res.partner"].create({
            "name": "Bob Green", "parent_id": cls.other_customer.id, "email": "bob@greengarage.example",
        }))

    @classmethod
    def _create_portal_user(cls, partner):
        login = f"portal_{partner.id}"
        return cls.env["res.users"].create({
            "login": login, "password": login, "partner_id": partner.id, "tz": "UTC",
            "group_ids": [Command.set([cls.env.ref("base.group_portal").id])],
            "company_id": cls.company.id, "company_ids": [Command.set(cls.company.ids)],
        })

    def _login(self, user):
        """As that user from now on; as nobody, where it is empty."""
        self.env.flush_all()
        self.authenticate(user.login if user else None, user.login if user else None)

    def _open(self, url, **params):
        """The page as lxml; redirects are not followed and give None."""
        self.env.flush_all()
        response = self.url_open(f"{url}?{'&'.join(f'{name}={value}' for name, value in params.items())}", allow_redirects=False)
        self.env.invalidate_all()
        self.response = response
        return lxml.html.fromstring(response.text) if response.status_code == 200 else None

    def _post(self, url, data=None, files=None):
        """What the form sends, with its token; the response, without following redirects."""
        self.env.flush_all()
        data = {"csrf_token": http.Request.csrf_token(self), **(data or {})}
        response = self.url_open(url, data=data, files=files, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def _get_text(self, page):
        return " ".join(page.xpath("//main")[0].text_content().split())

    def _assert_refused(self, url, **params):
        """Nothing of it is shown: one is led away, as on core's pages."""
        self._open(url, **params)
        self.assertEqual(self.response.status_code, 303)
        self.assertTrue(self.response.headers["Location"].endswith("/my"), self.response.headers["Location"])

    def _get_url(self, complaint, suffix=""):
        return f"/my/complaints/{complaint.id}{suffix}"
