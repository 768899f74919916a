from operator import itemgetter

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..complaint.warranty_mixin import get_warranty_end_date

COMPLAINT_LIMITS = (8, 4)
DELIVERIES, DELIVERED_LINES, DELIVERED_ROWS = 10, 200, 8

COMPLAINT_COLORS = {"draft": "info", "review": "info", "closed": "success", "rejected": "warning", "cancel": "secondary"}
WARRANTY_COLORS = {"in": "success", "out": "danger", "unknown": "warning", "none": "secondary"}


class QualityCaller(models.AbstractModel):
    """What is known of a customer, on one screen; each section reads all of its rows at once."""

    _inherit = "quality.caller"

    @api.model
    def _get_screen(self, partner, documents):
        partner = partner[:1] if len(partner) == 1 else partner.commercial_partner_id
        customer = partner.commercial_partner_id
        sections = [section for section in self._get_caller_sections(customer, documents) if section]
        return {
            "partner_id": partner.id, "card": self._get_card(customer, partner),
            "sections": sorted(sections, key=itemgetter("sequence")), "buttons": self._get_caller_buttons(),
        }

    @api.model
    def _get_caller_buttons(self):
        """What else can be done for the caller, on the card. An addon that takes more than complaints adds its own to the list.

        :return: list of dictionaries with ``name``, ``label`` and ``method``: the public method of this model that gives the window
            to open, called with the partner's id and the telephone number
        """
        return []

    @api.model
    def _get_card(self, customer, partner):
        languages = dict(self.env["res.lang"].get_installed())
        return {
            "id": customer.id, "name": customer.name or customer.display_name, "archived": not partner.active,
            "contact": partner != customer and {"id": partner.id, "name": partner.name, "function": partner.function},
            "phones": list(dict.fromkeys(filter(None, (partner.phone, customer.phone)))),
            "email": partner.email or customer.email, "ref": customer.ref,
            "address": ", ".join(filter(None, map(str.strip, customer._display_address(without_company=True).splitlines()))),
            "salesperson": customer.user_id.name, "language": languages.get(partner.lang or customer.lang, False),
            "tags": [{"name": tag.name, "color": tag.color} for tag in customer.category_id],
        }

    @api.model
    def _get_caller_sections(self, customer, documents):
        """The blocks of the screen. An addon that knows more about a customer adds its own to the list.

        :param customer: commercial partner, readable by the user
        :param dict documents: {model: ids} that the caller named; their rows come first and are ``asked``
        :return: list of dictionaries, or of False for what the user has nothing to do with:

            * ``name``, ``label``, ``icon`` (Font Awesome), ``sequence``; ``side``: in the narrow column
            * ``rows``: dictionaries with ``model`` and ``id`` (what opens), ``title``, and where there is any: ``subtitle``,
              ``badge`` (text, Bootstrap colour), ``facts`` ([label, text] each), ``late``, ``asked``, ``bar`` (percent, text),
              ``steps`` ([label, state of the deadline] each), ``file`` (model, id: a complaint can be filed about it),
              ``items``: rows below it that do not open
            * ``empty``: what stands there without rows; ``hint``: a line below the rows
            * ``all``: (model, domain) of the whole list, where there is more
        """
        return [self._get_complaint_section(customer, documents), self._get_delivered_section(customer, documents)]

    @api.model
    def _get_hidden_hint(self, model, domain, shown):
        """How many more there are in the user's companies that are not his to see: a sentence, or False."""
        # only their number is told
        hidden = self.env[model].sudo().search_count(domain & self._get_company_domain()) - shown
        return hidden > 0 and self.env._("%s more that you have no access to, of colleagues.", hidden)

    @api.model
    def _format_day(self, moment):
        return format_date(self.env, fields.Datetime.context_timestamp(self, moment)) if moment else False

    @api.model
    def _get_case_section(self, model, customer, documents, unfinished, limits, get_row, **values):
        """A section with what the caller asked for, then what is open and what was finished last: a dictionary.

        :param unfinished: domain of those that somebody still has to do something about
        :param limits: how many of the open and of the finished ones are shown
        :param get_row: function of a record, and whether it was asked for, that gives its row
        :param values: the section's name, label, icon, sequence and what it says when it is empty
        """
        Case = self.env[model]
        domain = Domain("commercial_partner_id", "=", customer.id)
        # others have the number, too
        asked = Case.browse(documents.get(model, ()))._filtered_access("read").filtered_domain(domain)
        open_limit, finished_limit = limits
        cases = asked | Case.search(domain & unfinished, limit=open_limit)
        cases |= Case.search(domain & ~unfinished, limit=finished_limit)
        total = Case.search_count(domain)
        return {
            **values, "side": True, "rows": [get_row(case, case in asked) for case in cases],
            "hint": self._get_hidden_hint(model, domain, total), "all": total > len(cases) and (model, list(domain)),
        }

    # ------------------------------------------------------------ complaints
    @api.model
    def _get_complaint_section(self, customer, documents):
        return self._get_case_section(
            "quality.complaint", customer, documents, self.env["quality.complaint"]._unfinished_domain(), COMPLAINT_LIMITS, self._get_complaint_row,
            name="complaints", label=self.env._("Complaints"), icon="fa-comments-o", sequence=20, empty=self.env._("No complaints."),
        )

    @api.model
    def _get_complaint_row(self, complaint, asked):
        labels = {name: dict(complaint._fields[name]._description_selection(self.env)) for name in ("state", "next_step")}
        steps = complaint.milestone_ids.filtered(lambda step: step.round == complaint.round).sorted("date_deadline")
        # of those that are still to come only the next one has colour
        waiting = steps.filtered(lambda step: step.deadline_state == "running" and step.step != complaint.next_step)
        step_labels = dict(steps._fields["step"]._description_selection(self.env))
        facts = [(self.env._("Received On"), self._format_day(complaint.date_received))]
        if complaint.next_step and complaint.date_deadline:
            facts.append((self.env._("Next"), self.env._(
                "%(step)s until %(day)s", step=labels["next_step"][complaint.next_step], day=self._format_day(complaint.date_deadline),
            )))
        elif complaint.date_closed:
            facts.append((self.env._("Closed On"), self._format_day(complaint.date_closed)))
        return {
            "model": "quality.complaint", "id": complaint.id, "title": complaint.name, "subtitle": complaint.subject,
            "badge": (labels["state"][complaint.state], COMPLAINT_COLORS.get(complaint.state, "primary")),
            "late": complaint.is_late, "asked": asked, "facts": facts,
            "steps": [
                (step_labels[step.step], step.deadline_state if step not in waiting else "none") for step in steps
            ] if complaint.is_open else [],
        }

    # ------------------------------------------------------------ delivered goods and their warranty
    @api.model
    def _get_delivered_section(self, customer, documents):
        """What he received last, by product and lot: whoever speaks with a customer may know what he has."""
        MoveLine = self.env["stock.move.line"].sudo()
        companies = self._get_company_domain()
        pickings = self.env["stock.picking"].sudo().search(
            companies & Domain("partner_id.commercial_partner_id", "=", customer.id) & Domain("state", "=", "done")
            & Domain("picking_type_code", "in", ("outgoing", "dropship")), order="date_done DESC, id DESC", limit=DELIVERIES,
        )
        asked = MoveLine.browse(documents.get("stock.move.line", ())).filtered(
            lambda line: customer in line.picking_id._get_customers(),
        )
        delivered = asked | MoveLine.search(
            companies & Domain("picking_id", "in", pickings.ids) & MoveLine._get_delivered_domain(),
            order="date DESC, id DESC", limit=DELIVERED_LINES,
        )
        by_product_and_lot = delivered.grouped(lambda line: (line.product_id, line.lot_id))
        shown = dict(list(by_product_and_lot.items())[:DELIVERED_ROWS])
        ends = self._get_warranty_end_dates(customer, {goods: lines[:1] for goods, lines in shown.items()})
        rows = [
            self._get_delivered_row(product, lot, lines[:1], bool(lines & asked), ends[product, lot]) for (product, lot), lines in shown.items()
        ]
        return {
            "name": "delivered", "label": self.env._("Delivered Products and Warranties"), "icon": "fa-shield", "sequence": 30,
            "rows": rows, "empty": self.env._("Nothing delivered yet."), "hint": False, "all": False,
        }

    @api.model
    def _get_warranty_end_dates(self, customer, delivered):
        """{(product, lot): the last day of its warranty, or False}, as of today. Extended by what promises more than the terms.

        :param dict delivered: {(product, lot): the ``stock.move.line`` it was delivered with}
        """
        return {
            (product, lot): get_warranty_end_date(line.company_id._get_local_date(line.date), *product.product_tmpl_id._get_warranty_terms()[:2])
            for (product, lot), line in delivered.items()
        }

    @api.model
    def _get_delivered_row(self, product, lot, line, asked, until):
        day = line.company_id._get_local_date(line.date)
        state = "none" if not until else "in" if line.company_id._get_local_date(fields.Datetime.now()) <= until else "out"
        labels = dict(self.env["quality.complaint.line"]._fields["warranty_state"]._description_selection(self.env))
        facts = [(self.env._("Delivered On"), format_date(self.env, day)), (self.env._("Delivery"), line.picking_id.name)]
        if until:
            facts.insert(0, (self.env._("Until"), format_date(self.env, until)))
        return {
            "model": self.env["stock.picking"].has_access("read") and "stock.picking", "id": line.picking_id.id, "title": product.with_env(self.env).display_name,
            "subtitle": lot.name, "badge": (labels[state], WARRANTY_COLORS[state]), "facts": facts, "asked": asked,
            "file": ("stock.move.line", line.id),
        }
