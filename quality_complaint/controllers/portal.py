from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request, route

from ..models.complaint.quality_complaint import FINISHED_STATES
from .portal_base import QualityPortal
from .portal_form import PortalComplaintForm

MODEL = "quality.complaint"


class ComplaintPortal(QualityPortal):
    """`/my/complaints`: a customer files complaints, follows them and answers our reply."""

    # ------------------------------------------------------------ home and list
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        Complaint, domain = self._get_own_filed(MODEL)
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
        return {
            "number": {"label": request.env._("Search in Number"), "fields": ["name"]},
            "subject": {"label": request.env._("Search in Subject"), "fields": ["subject"]},
            "order": {"label": request.env._("Search in Order"), "fields": ["sale_order_id.name", "sale_order_id.client_order_ref"]},
            "product": {
                "label": request.env._("Search in Product"),
                "fields": ["line_ids.product_id.name", "line_ids.product_id.default_code", "line_ids.lot_id.name"],
            },
        }

    @route(["/my/complaints", "/my/complaints/page/<int:page>"], type="http", auth="user", website=True)
    def portal_complaints(self, page=1, **options):
        filters = self._get_complaint_filters(*self._get_own_filed(MODEL))
        values = self._prepare_list_values(
            MODEL, page, options, self._get_complaint_sortings(), filters, self._get_complaint_searches(),
        )
        request.session["my_complaints_history"] = values["records"].ids[:100]
        return request.render("quality_complaint.portal_my_complaints", {**values, "page_name": "complaints"})

    # ------------------------------------------------------------ filing
    @route(
        ["/my/complaints/new", "/my/complaints/new/page/<int:page>"], type="http", auth="user", website=True, methods=["GET", "POST"],
        max_content_length=lambda self: self._get_max_content_length(),
    )
    def portal_new_complaint(self, order_id=None, line_id=None, no_order=None, page=1, search=None, **_post):
        order = self._get_own_order(order_id)
        if order or no_order:
            return self._file_or_show(PortalComplaintForm, order, line_id)
        Complaint = request.env[MODEL]
        return self._choose_order(
            "quality_complaint.portal_choose_order", MODEL, page, search, page_name="complaint_new", not_found=bool(order_id),
            without_order=bool(Complaint._get_portal_type(request.env.company, product_required=False)),
        )

    # ------------------------------------------------------------ one complaint
    @route("/my/complaints/<int:complaint_id>", type="http", auth="public", website=True)
    def portal_complaint(self, complaint_id, access_token=None, pid=None, hash=None, filed=None, answered=None, **_kw):
        try:
            complaint = self._get_filed(MODEL, complaint_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        return self._render_complaint(complaint, access_token, pid=pid, hash=hash, filed=filed, answered=answered)

    def _render_complaint(self, complaint, access_token=None, problem=None, remark=None, pid=None, hash=None, filed=None, answered=None):
        # what the address says besides is nobody's word of ours: it is not shown
        return self._render_page("quality_complaint.portal_complaint_page", complaint, {
            "page_name": "complaint", "complaint": complaint,
            "progress": complaint._get_portal_progress(), "promise": complaint._get_portal_promise(),
            "description": complaint._get_portal_description(),
            "backend_url": f"/odoo/complaints/{complaint.id}",
            "may_answer": complaint._is_asking_customer() and bool(self._get_speaker(complaint, access_token, pid, hash)),
            "filed": filed and request.env._(
                "Its number is %s. You find here what we do about it, and can write to us at any time.", complaint.name,
            ),
            "answered": answered, "problem": problem, "remark": remark,
        }, "my_complaints_history", access_token, pid, hash)

    @route("/my/complaints/<int:complaint_id>/answer", type="http", auth="public", website=True, methods=["POST"])
    def portal_complaint_answer(self, complaint_id, satisfied=None, remark=None, access_token=None, pid=None, hash=None, **_kw):
        """The customer says whether he is satisfied; who is not says why."""
        try:
            complaint = self._get_filed(MODEL, complaint_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        link = {"access_token": access_token, "pid": pid, "hash": hash}
        speaker = self._get_speaker(complaint, **link)
        remark = (remark or "").replace("\0", "").strip()
        problem = self._get_answer_problem(speaker, satisfied, remark)
        if not problem:
            try:
                with request.env.cr.savepoint():
                    complaint._record_customer_answer(satisfied, remark, speaker, "portal")
            except UserError as error:
                problem = str(error)
        if problem:
            return self._render_complaint(complaint, access_token, problem=problem, remark=remark, pid=pid, hash=hash)
        return request.redirect_query(complaint.access_url, {**{name: value for name, value in link.items() if value}, "answered": satisfied})

    def _get_answer_problem(self, speaker, satisfied, remark):
        """Why the answer can't be taken, or None."""
        if not speaker:
            return request.env._("Only the customer answers here. Record on the complaint itself what the customer told you.")
        if satisfied not in ("yes", "no"):
            return request.env._("Choose whether you are satisfied.")
        if satisfied == "no" and not remark:
            return request.env._("Write what you are not satisfied with, so that we can put it right.")
        return self._get_words_problem(remark)

    @route("/my/complaints/<int:complaint_id>/document/<int:attachment_id>", type="http", auth="public", website=True)
    def portal_complaint_document(self, complaint_id, attachment_id, access_token=None, preview=None, **_kw):
        try:
            complaint = self._get_filed(MODEL, complaint_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        return self._send_document(complaint, attachment_id, preview)
