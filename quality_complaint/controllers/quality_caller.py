from urllib.parse import quote

from odoo import http
from odoo.http import request


class Caller(http.Controller):
    @http.route("/quality_complaint/call/<path:number>", type="http", auth="user", methods=["GET"], readonly=True)
    def open_caller(self, number):
        """For any telephone system: the caller screen with the number in it, as it is sent.

        The prefix says that it is one, and keeps its zeros and its plus in the web client's address.
        """
        number = number.strip().removeprefix("tel:")
        return request.redirect(f"/odoo/caller?call={quote(f'tel:{number}', safe='')}")
