import uuid

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.addons.portal.utils import get_portal_partner

ORDERS_PER_PAGE = 20

# characters of what is written in one field
MAX_TEXT = 10000

# what a picture's preview may be; everything else is only downloaded
SHOWN_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp")


class QualityPortal(CustomerPortal):
    """What the pages of all models of `quality.portal.mixin` have in common: whose a record is, the list, filing, files.

    Portal users have no rights to these models. Each route makes sure that the record is the user's company's, or that the
    link carries its token, and reads in sudo from then on. The methods are told the model: the portal's controllers become one class.
    """

    # ------------------------------------------------------------ whose it is
    def _get_filed(self, model, record_id, access_token=None):
        """The record in sudo.

        :raise MissingError: there is none
        :raise AccessError: it is neither the user's to see nor does the token fit
        """
        user = request.env.user
        # core compares secrets of plain letters only
        access_token = access_token if str(access_token or "").isascii() else None
        if not user._is_internal():
            Model, own = self._get_own_filed(model)
            if found := Model.search(own & Domain("id", "=", record_id)):
                return found
        return self._document_check_access(model, record_id, access_token).with_user(user).sudo()

    def _get_own_filed(self, model):
        """(the model in sudo, the domain of those that are the user's company's)"""
        Model = request.env[model].sudo()  # whose it is can't be asked with a customer's rights
        return Model, Model._get_portal_domain(request.env.user)

    def _get_own_order(self, order_id):
        """The order in sudo, where something of it has reached the user's company, else an empty recordset."""
        Order = request.env["sale.order"].sudo()  # its deliveries and lots can't be read with a customer's rights
        if not str(order_id or "").isdecimal():
            return Order
        return Order.search(Order._get_portal_complaint_domain(request.env.user) & Domain("id", "=", int(order_id)))

    def _get_speaker(self, record, access_token=None, pid=None, hash=None):
        """Who speaks for the customer: the user, or whom the link was sent to. Nobody, where one of us looks at the page."""
        user = request.env.user
        if user._is_internal():
            return request.env["res.partner"]
        if not user._is_public():
            return user.partner_id
        return get_portal_partner(
            record, hash if str(hash or "").isascii() else None, pid if str(pid or "").isdecimal() else None,
            access_token if str(access_token or "").isascii() else None,
        )

    def _get_words_problem(self, words):
        """Why what was written can't be taken, or None."""
        return request.env._("This is too long: %s characters at most.", MAX_TEXT) if len(words) > MAX_TEXT else None

    # ------------------------------------------------------------ list
    def _prepare_list_values(self, model, page, options, sortings, filters, searches):
        """What a list shows of the user's records, as values of its template.

        :param dict options: what the address says: sortby, filterby, search, search_in
        :param dict filters: {name: its label, and the domain}
        :param dict searches: {name: its label, and the fields that are searched}
        """
        Model, own = self._get_own_filed(model)
        searches = {
            "all": {
                "label": request.env._("Search in All"), "fields": [name for within in searches.values() for name in within["fields"]],
            }, **searches,
        }
        sortby, filterby, search_in = (
            options.get(name) if options.get(name) in choices else next(iter(choices))
            for name, choices in (("sortby", sortings), ("filterby", filters), ("search_in", searches))
        )
        domain = own & filters[filterby]["domain"]
        search = (options.get("search") or "").replace("\0", "")
        if search:
            domain &= Domain.OR(Domain(name, "ilike", search) for name in searches[search_in]["fields"])
        pager = portal_pager(
            url=Model._portal_url, total=Model.search_count(domain), page=page, step=self._items_per_page,
            url_args={"sortby": sortby, "filterby": filterby, "search_in": search_in, "search": search},
        )
        return {
            **self._prepare_portal_layout_values(),
            "records": Model.search(domain, order=sortings[sortby]["order"], limit=self._items_per_page, offset=pager["offset"]),
            "default_url": Model._portal_url, "pager": pager,
            "searchbar_sortings": sortings, "sortby": sortby, "searchbar_filters": filters, "filterby": filterby,
            "searchbar_inputs": {name: {"input": name, "label": within["label"]} for name, within in searches.items()},
            "search_in": search_in, "search": search,
            "is_narrowed": bool(search) or filterby != next(iter(filters)),
        }

    # ------------------------------------------------------------ filing
    def _get_max_content_length(self):
        """In bytes. Said before the first of them is read."""
        Upload = request.env["quality.upload.mixin"]
        limit = Upload._get_max_request_size()
        if (request.httprequest.content_length or 0) > limit:
            raise RequestEntityTooLarge(request.env._(
                "Your files are too large: %(limit)s at most can be sent at once. Nothing was saved. Go back and choose fewer or smaller ones.",
                limit=Upload._format_size(limit),
            ))
        return limit

    def _file_or_show(self, form_class, order, line_id=None):
        """The form: opened, or filed by what was sent."""
        if request.httprequest.method == "POST":
            return self._file_once(form_class, order)
        form = form_class(request.env, order, MultiDict({"line_id": line_id or ""}))
        return self._render_form(form, uuid.uuid4().hex)

    def _choose_order(self, template, model, page, search, **values):
        """The page where the customer chooses the order that it is about."""
        url = f"{request.env[model]._portal_url}/new"
        Order = request.env["sale.order"].sudo()  # see _get_own_order
        domain = Order._get_portal_complaint_domain(request.env.user)
        search = (search or "").replace("\0", "")
        if search:
            domain &= Domain.OR(
                Domain(name, "ilike", search)
                for name in ("name", "client_order_ref", "order_line.product_id.name", "order_line.product_id.default_code")
            )
        pager = portal_pager(
            url=url, total=Order.search_count(domain), page=page, step=ORDERS_PER_PAGE, url_args={"search": search or ""},
        )
        return request.render(template, {
            **self._prepare_portal_layout_values(),
            "url": url, "search": search, "pager": pager,
            "orders": Order.search(domain, order="date_order desc, id desc", limit=ORDERS_PER_PAGE, offset=pager["offset"]),
            **values,
        })

    def _render_form(self, form, submission, problems=()):
        Model = request.env[form.model]
        return request.render(form.template, {
            **self._prepare_portal_layout_values(),
            "page_name": form.page_name, "form": form, "submission": submission, "problems": problems,
            "upload_help": Model._get_upload_help(), "max_files": Model._get_max_files(), "max_file_size": Model._get_max_file_size(),
        })

    def _file_once(self, form_class, order):
        """File it once, or show the form again with all that was typed and all that is wrong."""
        Model, user = request.env[form_class.model], request.env.user
        post = request.httprequest.form
        submission = (post.get("submission") or "").replace("\0", "")[:64] or uuid.uuid4().hex
        if filed := Model._find_portal_submission(user, submission):
            return request.redirect(f"{filed.access_url}?filed=1")
        files = [file for file in request.httprequest.files.getlist("files") if file.filename]
        form = form_class(request.env, order, post, files)
        refusal = Model._get_portal_filing_refusal(user)
        problems = [refusal] if refusal else form.get_problems()
        if not problems:
            try:
                with request.env.cr.savepoint():
                    company = order.company_id or request.env.company
                    record = Model._file_from_portal(form.prepare_values(user.partner_id, company), files, submission)
                return request.redirect(f"{record.access_url}?filed=1")
            except UserError as error:
                problems = [str(error)]
        return self._render_form(form, submission, problems)

    # ------------------------------------------------------------ one record
    def _render_page(self, template, record, values, history, access_token=None, pid=None, hash=None):
        link = {"access_token": access_token, "pid": pid, "hash": hash}
        values = {
            "record": record, "res_company": record.company_id, "files": record._get_portal_attachments(),
            "link_args": {name: value for name, value in link.items() if value}, **values,
        }
        # who may see the page may take part in its conversation, without a link or with an old one
        token = record._portal_ensure_token()
        return request.render(template, self._get_page_view_values(record, token, values, history, False, pid=pid, hash=hash))

    def _send_document(self, record, attachment_id, preview=None):
        """A file that we sent the customer or that the customer sent us; others of the record are not found."""
        files = record._get_portal_attachments()
        attachment = (files["us"] | files["customer"]).filtered(lambda file: file.id == attachment_id)
        if not attachment:
            raise request.not_found()
        binary = request.env["ir.binary"]
        if preview and attachment.mimetype in SHOWN_TYPES:
            return binary._get_image_stream_from(attachment, "raw", width=256, height=256).get_response()
        # never opened in our domain, whatever it is
        return binary._get_stream_from(attachment).get_response(as_attachment=True)
