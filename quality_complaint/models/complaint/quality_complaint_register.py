from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from .quality_table_mixin import read_columns

# the columns of the feedback register, in their order: (field, its width on paper in %, its width in Excel in characters)
COLUMNS = [
    ("name", 7, 14), ("date_received", 6, 16), ("channel", 5, 12), ("partner_id", 9, 26), ("contact_name", 7, 22),
    ("partner_phone", 8, 18), ("product_names", 9, 30), ("wrong", 14, 50), ("urgency", 5, 9), ("user_id", 7, 20),
    ("team_id", 6, 20), ("state", 6, 13), ("result", 6, 20), ("date_closed", 5, 16),
]

ORDER = "company_id, name"


class QualityComplaint(models.Model):
    """The customer feedback register: one row for each complaint that arrived, in the order of the numbers."""

    _name = "quality.complaint"
    _inherit = ["quality.complaint", "quality.table.mixin"]

    contact_name = fields.Char("Contact Person", related="contact_id.name")
    product_names = fields.Char("Products Complained About", compute="_compute_register", help="With their lots.")
    wrong = fields.Char("What Is Wrong", compute="_compute_register")
    result = fields.Char(compute="_compute_register", help="How it ended; while it is open, what the review found.")

    @api.depends("subject", "line_ids.product_id", "line_ids.lot_id", "line_ids.defect", "state", "validity", "cancel_reason", "current_satisfied")
    @api.depends_context("lang")
    def _compute_register(self):
        texts = self._compose_table_texts()
        for complaint in self:
            for name in ("product_names", "wrong", "result"):
                complaint[name] = texts[name].get(complaint.id)

    def _compose_table_texts(self):
        # who reads the complaint reads what it is about, also where stock is closed to them
        Complaint, Line = (self.env[model].sudo() for model in (self._name, "quality.complaint.line"))
        names, wrong, results = defaultdict(dict), defaultdict(dict), {}
        heads = read_columns(Complaint, [("id", "in", self.ids)], ["id", "subject", "contact_id", "state", "validity", "cancel_reason"])
        lines = read_columns(Line, [("complaint_id", "in", self.ids)], ["complaint_id", "product_id", "lot_id", "defect"])
        contacts = self._get_names("res.partner", {contact_id for _id, _subject, contact_id, *_others in heads}, "name")
        products = self._get_names("product.product", {product_id for _id, product_id, *_others in lines}, "display_name")
        lots = self._get_names("stock.lot", {lot_id for *_others, lot_id, _defect in lines}, "name")
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("validity", "cancel_reason", "current_satisfied")
        }
        verdicts = {
            complaint.id: complaint.current_satisfied
            for complaint in Complaint.browse(id_ for id_, _subject, _contact, state, *_others in heads if state == "closed")
        }
        for id_, subject, _contact, state, validity, cancel_reason in heads:
            wrong[id_][subject] = True
            results[id_] = ", ".join(filter(None, [
                labels["cancel_reason"].get(cancel_reason) if state == "cancel" else labels["validity"].get(validity),
                labels["current_satisfied"].get(verdicts.get(id_)),
            ]))
        for id_, product_id, lot_id, defect in lines:
            if product_id:
                names[id_][f"{products[product_id]} ({lots[lot_id]})" if lot_id else products[product_id]] = True
            if defect:
                wrong[id_][defect] = True
        return {
            **super()._compose_table_texts(),
            "contact_name": {id_: contacts[contact_id] for id_, _subject, contact_id, *_others in heads if contact_id},
            "product_names": {id_: ", ".join(texts) for id_, texts in names.items()},
            "wrong": {id_: "; ".join(texts) for id_, texts in wrong.items()},
            "result": results,
        }

    def _get_names(self, model, ids, field):
        chosen = self.env[model].sudo().with_context(display_default_code=False).browse(id_ for id_ in ids if id_)
        return {record.id: record[field] for record in chosen}

    # ------------------------------------------------------------ the register
    @api.model
    def _get_register_title(self):
        return self.env._("Customer Feedback Register")

    @api.model
    def _get_register_columns(self):
        """(field, label, width in Excel) of each column."""
        return self._get_table_columns([(name, width) for name, _percent, width in COLUMNS])

    @api.model
    def _get_register_widths(self):
        """Of each column on paper, in %."""
        return [percent for _name, percent, _width in COLUMNS]

    def _get_register_rows(self):
        return self._get_table_rows([name for name, *_widths in COLUMNS])

    @api.model
    def _iter_register_rows(self, domain):
        """In the order of the register."""
        return self._iter_table_rows(domain, [name for name, *_widths in COLUMNS], ORDER)

    def _get_register_by_company(self):
        """The complaints in the order of the register: (company, complaints, what they are in one sentence) of each company."""
        ordered = self.search(Domain("id", "in", self.ids), order=ORDER)
        return [
            (company, complaints, self.env._(
                "%(company)s: %(count)s complaints, received from %(first)s to %(last)s",
                company=company.name, count=len(complaints),
                first=format_date(self.env, min(complaints.mapped("date_received"))),
                last=format_date(self.env, max(complaints.mapped("date_received"))),
            ))
            for company, complaints in ordered.grouped("company_id").items()
        ]

    # ------------------------------------------------------------ buttons of the list
    def action_print_register(self):
        complaints = self.search(self._get_table_selection(), order=ORDER)
        if not complaints:
            raise UserError(self.env._("There is no complaint to print."))
        return self.env.ref("quality_complaint.action_report_register").report_action(complaints, config=False)

    def action_export_register(self):
        return self._action_download_table("/quality_complaint/register.xlsx")
