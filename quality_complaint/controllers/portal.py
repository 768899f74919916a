import uuid

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.addons.portal.utils import get_portal_partner

from ..models.complaint.quality_complaint import FINISHED_STATES
from .portal_form import PortalComplaintForm

ORDERS_PER_PAGE = 20

# what a picture's preview may be; everything else is only downloaded
SHOWN_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp")


class ComplaintPortal(CustomerPortal):
    """`/my/complaints`: a customer files complaints, follows them and answers our reply.

    Portal users have no rights to complaints. Each route makes sure that the complaint is the user's company's, or that the
    link carries its token, and reads in sudo from then on.
    """

    # ------------------------------------------------------------ whose it is
    def _get_complaint(self, complaint_id, access_token=None):
        """The complaint in sudo.

        :raise MissingError: there is none
        :raise AccessError: it is neither the user's to see nor does the token fit
        """
        user = request.env.user
        # core compares secrets of plain letters only
        access_token = access_token if str(access_token or "").isascii() else None
        if not user._is_internal():
            Complaint = request.env["quality.complaint"].sudo()  # whose it is can't be asked with a customer's rights
            if own := Complaint.search(Complaint._get_portal_domain(user) & Domain("id", "=", complaint_id)):
                return own
        return self._document_check_access("quality.complaint", complaint_id, access_token).with_user(user).sudo()

    def _get_own_complaints(self):
        """(complaints in sudo, the domain of those that are the user's company's)"""
        Complaint = request.env["quality.complaint"].sudo()  # see _get_complaint
        return Complaint, Complaint._get_portal_domain(request.env.user)

    def _get_own_order(self, order_id):
        """The order in sudo, where the user may complain about it, else an empty recordset."""
        Order = request.env["sale.order"].sudo()  # its deliveries and lots can't be read with a customer's rights
        if not str(order_id or "").isdecimal():
            return Order
        return Order.search(Order._get_portal_complaint_domain(request.env.user) & Domain("id", "=", int(order_id)))

    def _get_speaker(self, complaint, access_token=None, pid=None, hash=None):
        """Who speaks for the customer: the user, or whom the link was sent to. Nobody, where one of us looks at the page."""
        user = request.env.user
        if user._is_internal():
            return request.env["res.partner"]
        if not user._is_public():
            return user.partner_id
        return get_portal_partner(
            complaint, hash if str(hash or "").isascii() else None, pid if str(pid or "").isdecimal() else None,
            access_token if str(access_token or "").isascii() else None,
        )

    # ------------------------------------------------------------ home and list
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        Complaint, domain = self._get_own_complaints()
        if "complaint_count" in counters:
            values["complaint_count"] = Complaint.search_count(domain)
        if "complaint_waiting_count" in counters:
            values["complaint_waiting_count"] = Complaint.search_count(domain & Complaint._get_portal_waiting_domain(domain))
        return values

    def _get_complaint_sortings(self):
        return {
            "date": {"label": request.env._("Newest"), "order": "date_received desc, id desc"},
            "oldest": {"label": request.env._("Oldest"), "order": "date_received, id"},
            "name": {"label": request.env._("Number"), "order": "name desc"},
            "subject": {"label": request.env._("Subject"), "order": "subject"},
        }

    def _get_complaint_filters(self, Complaint, domain):
        return {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "open": {"label": request.env._("In Progress"), "domain": Domain("state", "not in", FINISHED_STATES)},
            "waiting": {"label": request.env._("Waiting for You"), "domain": Complaint._get_portal_waiting_domain(domain)},
            "closed": {"label": request.env._("Closed"), "domain": Domain("state", "in", FINISHED_STATES)},
        }

    def _get_complaint_searches(self):
        """{name: its label, and the fields that are searched}"""
        by_name = {
            "number": {"label": request.env._("Search in Number"), "fields": ["name"]},
            "subject": {"label": request.env._("Search in Subject"), "fields": ["subject"]},
            "order": {"label": request.env._("Search in Order"), "fields": ["sale_order_id.name", "sale_order_id.client_order_ref"]},
            "product": {
                "label": request.env._("Search in Product"),
                "fields": ["line_ids.product_id.name", "line_ids.product_id.default_code", "line_ids.lot_id.name"],
            },
        }
        everywhere = [name for search in by_name.values() for name in search["fields"]]
        return {"all": {"label": request.env._("Search in All"), "fields": everywhere}, **by_name}

    @route(["/my/complaints", "/my/complaints/page/<int:page>"], type="http", auth="user", website=True)
    def portal_complaints(self, page=1, sortby=None, filterby=None, search=None, search_in=None, **_kw):
        Complaint, own = self._get_own_complaints()
        sortings, searches = self._get_complaint_sortings(), self._get_complaint_searches()
        filters = self._get_complaint_filters(Complaint, own)
        sortby = sortby if sortby in sortings else "date"
        filterby = filterby if filterby in filters else "all"
        search_in = search_in if search_in in searches else "all"
        domain = own & filters[filterby]["domain"]
        search = (search or "").replace("\0", "")
        if search:
            domain &= Domain.OR(Domain(name, "ilike", search) for name in searches[search_in]["fields"])
        pager = portal_pager(
            url="/my/complaints", total=Complaint.search_count(domain), page=page, step=self._items_per_page,
            url_args={"sortby": sortby, "filterby": filterby, "search_in": search_in, "search": search},
        )
        complaints = Complaint.search(domain, order=sortings[sortby]["order"], limit=self._items_per_page, offset=pager["offset"])
        request.session["my_complaints_history"] = complaints.ids[:100]
        return request.render("quality_complaint.portal_my_complaints", {
            **self._prepare_portal_layout_values(),
            "page_name": "complaints", "default_url": "/my/complaints", "complaints": complaints, "pager": pager,
            "searchbar_sortings": sortings, "sortby": sortby, "searchbar_filters": filters, "filterby": filterby,
            "searchbar_inputs": {name: {"input": name, "label": within["label"]} for name, within in searches.items()},
            "search_in": search_in, "search": search,
            "is_narrowed": bool(search) or filterby != "all",
        })

    # ------------------------------------------------------------ filing
    def _get_max_content_length(self):
        """In bytes. Said before the first of them is read."""
        Complaint = request.env["quality.complaint"]
        limit = Complaint._get_max_request_size()
        if (request.httprequest.content_length or 0) > limit:
            raise RequestEntityTooLarge(request.env._(
                "Your files are too large: %(limit)s at most can be sent at once. Nothing was saved. Go back and choose fewer or smaller ones.",
                limit=Complaint._format_size(limit),
            ))
        return limit

    @route(
        ["/my/complaints/new", "/my/complaints/new/page/<int:page>"], type="http", auth="user", website=True, methods=["GET", "POST"],
        max_content_length=lambda self: self._get_max_content_length(),
    )
    def portal_new_complaint(self, order_id=None, line_id=None, no_order=None, page=1, search=None, **_post):
        order = self._get_own_order(order_id)
        if not (order or no_order):
            return self._choose_order(page, search, not_found=bool(order_id))
        if request.httprequest.method == "POST":
            return self._file_complaint(order)
        form = PortalComplaintForm(request.env, order, MultiDict({"line_id": line_id or ""}))
        return self._render_form(form, uuid.uuid4().hex)

    def _choose_order(self, page, search, not_found=False):
        Order = request.env["sale.order"].sudo()  # see _get_own_order
        domain = Order._get_portal_complaint_domain(request.env.user)
        search = (search or "").replace("\0", "")
        if search:
            domain &= Domain.OR(
                Domain(name, "ilike", search)
                for name in ("name", "client_order_ref", "order_line.product_id.name", "order_line.product_id.default_code")
            )
        pager = portal_pager(
            url="/my/complaints/new", total=Order.search_count(domain), page=page, step=ORDERS_PER_PAGE, url_args={"search": search or ""},
        )
        Complaint = request.env["quality.complaint"]
        return request.render("quality_complaint.portal_choose_order", {
            **self._prepare_portal_layout_values(),
            "page_name": "complaint_new", "search": search, "pager": pager, "not_found": not_found,
            "orders": Order.search(domain, order="date_order desc, id desc", limit=ORDERS_PER_PAGE, offset=pager["offset"]),
            "without_order": bool(Complaint._get_portal_type(request.env.company, product_required=False)),
        })

    def _render_form(self, form, submission, problems=()):
        return request.render("quality_complaint.portal_complaint_form", {
            **self._prepare_portal_layout_values(),
            "page_name": "complaint_new", "form": form, "submission": submission, "problems": problems,
            "upload_help": request.env["quality.complaint"]._get_upload_help(),
            "max_files": request.env["quality.complaint"]._get_max_files(),
            "max_file_size": request.env["quality.complaint"]._get_max_file_size(),
        })

    def _file_complaint(self, order):
        """File it once, or show the form again with all that was typed and all that is wrong."""
        Complaint, user = request.env["quality.complaint"], request.env.user
        post = request.httprequest.form
        submission = (post.get("submission") or "").replace("\0", "")[:64] or uuid.uuid4().hex
        if filed := Complaint._find_portal_submission(user, submission):
            return request.redirect(f"{filed.access_url}?filed=1")
        files = [file for file in request.httprequest.files.getlist("files") if file.filename]
        form = PortalComplaintForm(request.env, order, post, files)
        refusal = Complaint._get_portal_filing_refusal(user)
        problems = [refusal] if refusal else form.get_problems()
        if not problems:
            try:
                with request.env.cr.savepoint():
                    company = order.company_id or request.env.company
                    complaint = Complaint._file_from_portal(form.prepare_values(user.partner_id, company), files, submission)
                return request.redirect(f"{complaint.access_url}?filed=1")
            except UserError as error:
                problems = [str(error)]
        return self._render_form(form, submission, problems)

    # ------------------------------------------------------------ one complaint
    @route("/my/complaints/<int:complaint_id>", type="http", auth="public", website=True)
    def portal_complaint(self, complaint_id, access_token=None, pid=None, hash=None, filed=None, answered=None, **_kw):
        try:
            complaint = self._get_complaint(complaint_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        return self._render_complaint(complaint, access_token, pid=pid, hash=hash, filed=filed, answered=answered)

    def _render_complaint(self, complaint, access_token=None, problem=None, remark=None, pid=None, hash=None, filed=None, answered=None):
        # what the address says besides is nobody's word of ours: it is not shown
        values = {
            "page_name": "complaint", "complaint": complaint, "res_company": complaint.company_id,
            "progress": complaint._get_portal_progress(), "promise": complaint._get_portal_promise(),
            "description": complaint._get_portal_description(), "files": complaint._get_portal_attachments(),
            "backend_url": f"/odoo/complaints/{complaint.id}",
            "may_answer": complaint._is_asking_customer() and bool(self._get_speaker(complaint, access_token, pid, hash)),
            "link_args": {name: value for name, value in (("access_token", access_token), ("pid", pid), ("hash", hash)) if value},
            "filed": filed and request.env._(
                "Its number is %s. You find here what we do about it, and can write to us at any time.", complaint.name,
            ),
            "answered": answered, "problem": problem, "remark": remark,
        }
        # who may see the page may take part in its conversation, without a link or with an old one
        token = complaint._portal_ensure_token()
        values = self._get_page_view_values(complaint, token, values, "my_complaints_history", False, pid=pid, hash=hash)
        return request.render("quality_complaint.portal_complaint_page", values)

    @route("/my/complaints/<int:complaint_id>/answer", type="http", auth="public", website=True, methods=["POST"])
    def portal_complaint_answer(self, complaint_id, satisfied=None, remark=None, access_token=None, pid=None, hash=None, **_kw):
        """The customer says whether he is satisfied; who is not says why."""
        try:
            complaint = self._get_complaint(complaint_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        link = {"access_token": access_token, "pid": pid, "hash": hash}
        speaker = self._get_speaker(complaint, **link)
        remark = (remark or "").replace("\0", "").strip()
        problem = None
        if not speaker:
            problem = request.env._("Only the customer answers here. Record on the complaint itself what the customer told you.")
        elif satisfied not in ("yes", "no"):
            problem = request.env._("Choose whether you are satisfied.")
        elif satisfied == "no" and not remark:
            problem = request.env._("Write what you are not satisfied with, so that we can put it right.")
        else:
            try:
                with request.env.cr.savepoint():
                    complaint._record_customer_answer(satisfied, remark, speaker, "portal")
            except UserError as error:
                problem = str(error)
        if problem:
            return self._render_complaint(complaint, access_token, problem=problem, remark=remark, pid=pid, hash=hash)
        return request.redirect_query(complaint.access_url, {**{name: value for name, value in link.items() if value}, "answered": satisfied})

    @route("/my/complaints/<int:complaint_id>/document/<int:attachment_id>", type="http", auth="public", website=True)
    def portal_complaint_document(self, complaint_id, attachment_id, access_token=None, preview=None, **_kw):
        """A file that we sent the customer or that he sent us; others of the complaint are not found."""
        try:
            complaint = self._get_complaint(complaint_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        files = complaint._get_portal_attachments()
        attachment = (files["us"] | files["customer"]).filtered(lambda file: file.id == attachment_id)
        if not attachment:
            raise request.not_found()
        binary = request.env["ir.binary"]
        if preview and attachment.mimetype in SHOWN_TYPES:
            return binary._get_image_stream_from(attachment, "raw", width=256, height=256).get_response()
        # never opened in our domain, whatever it is
        return binary._get_stream_from(attachment).get_response(as_attachment=True)
