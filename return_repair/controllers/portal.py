from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.quality_complaint.controllers.portal_base import QualityPortal

from .portal_form import PortalReturnForm

MODEL = "return.order"

# what a customer may print as long as the goods are awaited
PAPERS = {"label": "return_repair.action_report_return_label", "sheet": "return_repair.action_report_return_order"}


class ReturnPortal(QualityPortal):
    """`/my/returns`: a customer asks for returns, follows them, prints the label and cancels what nobody has decided."""

    # ------------------------------------------------------------ home and list
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "return_order_count" in counters:
            Return, domain = self._get_own_filed(MODEL)
            values["return_order_count"] = Return.search_count(domain)
        return values

    def _get_return_sortings(self):
        return {
            "date": {"label": request.env._("Newest"), "order": "date_requested desc, id desc"},
            "oldest": {"label": request.env._("Oldest"), "order": "date_requested, id"},
            "name": {"label": request.env._("Number"), "order": "name desc"},
        }

    def _get_return_filters(self):
        return {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "open": {"label": request.env._("In Progress"), "domain": Domain("is_open", "=", True)},
            "awaited": {"label": request.env._("Waiting for Your Goods"), "domain": Domain("state", "=", "receiving")},
            "closed": {"label": request.env._("Closed"), "domain": Domain("is_open", "=", False)},
        }

    def _get_return_searches(self):
        return {
            "number": {"label": request.env._("Search in Number"), "fields": ["name"]},
            "order": {
                "label": request.env._("Search in Order"),
                "fields": ["sale_order_id.name", "sale_order_id.client_order_ref", "line_ids.sale_line_id.order_id.name"],
            },
            "product": {
                "label": request.env._("Search in Product"),
                "fields": ["line_ids.product_id.name", "line_ids.product_id.default_code", "line_ids.lot_id.name"],
            },
        }

    @route(["/my/returns", "/my/returns/page/<int:page>"], type="http", auth="user", website=True)
    def portal_returns(self, page=1, **options):
        values = self._prepare_list_values(
            MODEL, page, options, self._get_return_sortings(), self._get_return_filters(), self._get_return_searches(),
        )
        request.session["my_returns_history"] = values["records"].ids[:100]
        return request.render("return_repair.portal_my_returns", {**values, "page_name": "returns"})

    # ------------------------------------------------------------ filing
    @route(
        ["/my/returns/new", "/my/returns/new/page/<int:page>"], type="http", auth="user", website=True, methods=["GET", "POST"],
        max_content_length=lambda self: self._get_max_content_length(),
    )
    def portal_new_return(self, order_id=None, no_order=None, page=1, search=None, **_post):
        takes_foreign = request.env.company.sudo().return_foreign_goods  # a setting, which a customer can't read
        order = self._get_own_order(order_id)
        # who sends a form twice may have returned all that was left with the first
        is_sent = request.httprequest.method == "POST"
        if (order and (is_sent or order._can_be_returned(request.env.user))) or (no_order and takes_foreign):
            return self._file_or_show(PortalReturnForm, order)
        return self._choose_order(
            "return_repair.portal_choose_order", MODEL, page, search, page_name="return_new", not_found=bool(order_id), without_order=takes_foreign,
        )

    # ------------------------------------------------------------ one return
    @route("/my/returns/<int:return_id>", type="http", auth="public", website=True)
    def portal_return(self, return_id, access_token=None, pid=None, hash=None, filed=None, cancelled=None, **_kw):
        try:
            order = self._get_filed(MODEL, return_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        return self._render_return(order, access_token, pid, hash, filed=filed, cancelled=cancelled)

    def _render_return(self, order, access_token, pid, hash, filed=None, cancelled=None, problem=None, words=None):
        # what the address says besides is nobody's word of ours: it is not shown
        return self._render_page("return_repair.portal_return_page", order, {
            "page_name": "return", "return_order": order, "progress": order._get_portal_progress(), "promise": order._get_portal_promise(),
            "description": order._get_portal_description(), "papers": self._get_papers(order),
            # what is decided is ours until the customer was told
            "is_told": bool(order.answered_on),
            "backend_url": f"/odoo/returns/{order.id}",
            "may_cancel": order._can_be_cancelled_by_customer() and bool(self._get_speaker(order, access_token, pid, hash)),
            "filed": filed and request.env._(
                "Its number is %s. Please keep the goods until you have our answer. You find here how it goes on, and can write to us at any time.",
                order.name,
            ),
            "cancelled": cancelled and order.state == "cancel", "problem": problem, "words": words,
        }, "my_returns_history", access_token, pid, hash)

    @route("/my/returns/<int:return_id>/cancel", type="http", auth="public", website=True, methods=["POST"])
    def portal_return_cancel(self, return_id, words=None, access_token=None, pid=None, hash=None, **_kw):
        try:
            order = self._get_filed(MODEL, return_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        link = {"access_token": access_token, "pid": pid, "hash": hash}
        words = (words or "").replace("\0", "").strip()
        speaker = self._get_speaker(order, **link)
        if not speaker:
            problem = request.env._("Only the customer cancels here. Cancel the return itself, with the reason.")
            return self._render_return(order, **link, problem=problem, words=words)
        if problem := self._get_words_problem(words):
            return self._render_return(order, **link, problem=problem, words=words)
        try:
            with request.env.cr.savepoint():
                order._cancel_from_portal(words, speaker)
        except UserError as error:
            return self._render_return(order, **link, problem=str(error), words=words)
        return request.redirect_query(order.access_url, {**{name: value for name, value in link.items() if value}, "cancelled": 1})

    @route("/my/returns/<int:return_id>/document/<int:attachment_id>", type="http", auth="public", website=True)
    def portal_return_document(self, return_id, attachment_id, access_token=None, preview=None, **_kw):
        try:
            order = self._get_filed(MODEL, return_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        return self._send_document(order, attachment_id, preview)

    @route("/my/returns/<int:return_id>/<any(label, sheet):paper>", type="http", auth="public", website=True)
    def portal_return_paper(self, return_id, paper, access_token=None, **_kw):
        """The label on the parcel, or the sheet that lies in it."""
        try:
            order = self._get_filed(MODEL, return_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if paper not in self._get_papers(order):
            raise request.not_found()
        return self._show_report(order, "pdf", PAPERS[paper])

    def _get_papers(self, order):
        return list(PAPERS) if order.state == "receiving" else []
