from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

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
    result = fields.Char(compute="_compute_result", help="How it ended; while it is open, what the review found.")

    @api.depends("subject", "line_ids.product_id", "line_ids.lot_id", "line_ids.defect")
    @api.depends_context("lang")
    def _compute_register(self):
        for complaint in self:
            # who reads the complaint reads what it is about, also where stock is closed to him
            lines = complaint.sudo().line_ids
            names = []
            for line in lines.filtered("product_id"):
                name = line.product_id.with_context(display_default_code=False).display_name
                names.append(f"{name} ({line.lot_id.name})" if line.lot_id else name)
            complaint.product_names = ", ".join(dict.fromkeys(names))
            complaint.wrong = "; ".join(dict.fromkeys(filter(None, (complaint.subject, *lines.mapped("defect")))))

    @api.depends("state", "validity", "cancel_reason", "current_satisfied")
    @api.depends_context("lang")
    def _compute_result(self):
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("validity", "cancel_reason", "current_satisfied")
        }
        for complaint in self:
            shown = {"cancel": ("cancel_reason",), "closed": ("validity", "current_satisfied")}.get(complaint.state, ("validity",))
            complaint.result = ", ".join(labels[name][complaint[name]] for name in shown if complaint[name])

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

    def _get_register_row(self):
        return self._get_table_row([name for name, *_widths in COLUMNS])

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
