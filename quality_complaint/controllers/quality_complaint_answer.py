from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

# what a customer may write here at a time, in characters
LONGEST_REMARK = 5000

URL = "/quality_complaint/answer/<int:complaint_id>/<string:token>"


class ComplaintAnswer(http.Controller):
    """Where a customer says, with the link of our e-mail and without a login, whether he is satisfied.

    Opening a page records nothing: scanners and previews of e-mail programs open every link. He presses a button there.
    """

    @http.route(URL, type="http", auth="public", methods=["GET"], website=True, multilang=False, sitemap=False, readonly=True)
    def show_question(self, complaint_id, token, satisfied=None, **_ignored):
        """The question, with the choice of the button that he pressed in the e-mail."""
        question = self._find(complaint_id, token)
        choice = satisfied if satisfied in ("yes", "no") else False
        return self._show(question, question and question._get_link_state(choice), choice)

    # the token is the right to answer, so there is no session whose rights somebody else could borrow
    @http.route(URL, type="http", auth="public", methods=["POST"], website=True, multilang=False, sitemap=False, csrf=False)
    def record_answer(self, complaint_id, token, satisfied=None, remark="", **post):
        question = self._find(complaint_id, token)
        if not question or request.env.user._is_internal():
            return self._show(question, False, False)
        choice = satisfied if satisfied in ("yes", "no") else False
        words = remark.replace("\x00", "").replace("\r\n", "\n").strip()
        state = question._get_link_state(choice)
        if state == "expired":
            return self._show(question, state, choice)
        if len(words) > LONGEST_REMARK:
            error = request.env._("Please shorten your text to %s characters; what is beyond that you can send us by e-mail.", LONGEST_REMARK)
            return self._show(question, state, choice, remark=words, error=error)
        complaint = question.complaint_id
        topics = complaint.demand_ids.filtered(lambda demand: f"demand_{demand.id}" in post).mapped("name")
        if words and topics:
            words = request.env._("About %(topics)s: %(words)s", topics=", ".join(f"«{topic}»" for topic in topics), words=words)
        if state == "open":
            try:
                with request.env.cr.savepoint():
                    complaint._record_customer_answer(choice, words, question.partner_id, "email", question=question)
            except UserError as refusal:
                return self._show(question, state, choice, remark=words, error=str(refusal))
            return self._show(question, "answered", choice)
        if words and words != question.remark:
            complaint._keep_customer_words(words, question.partner_id)
            return self._show(question, "kept", choice)
        return self._show(question, state, choice)

    def _find(self, complaint_id, token):
        """The question of that link, or an empty recordset; from here on in the customer's language."""
        question = request.env["quality.complaint.follow.up"]._find_by_token(complaint_id, token)
        if question:
            request.update_context(lang=question.complaint_id._get_customer_lang())
        return question.with_env(question.env(context=request.env.context))

    def _show(self, question, state, choice, **values):
        """The page for that state of the link (`quality.complaint.follow.up._get_link_state`)."""
        complaint = question.complaint_id
        response = request.render("quality_complaint.answer_page", {
            "question": question, "complaint": complaint, "state": state, "choice": choice,
            "company": complaint.company_id or request.env.company.sudo(),
            "person": complaint.user_id.filtered("active"),
            "longest": LONGEST_REMARK, "remark": "", "error": "", **values,
        }, status=200 if question else 404)
        # the link is the customer's key: it is not kept by browsers and search engines, nor told to other sites
        response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"})
        return response
