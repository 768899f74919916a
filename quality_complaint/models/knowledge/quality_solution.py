from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import is_html_empty


class QualitySolution(models.Model):
    """A problem that was solved, and how: written once, proposed wherever a complaint is like it."""

    _name = "quality.solution"
    _description = "Solution"
    _inherit = ["quality.similarity.mixin", "mail.thread"]
    _order = "complaint_count desc, name, id"
    _check_company_auto = True

    name = fields.Char("Title", required=True, tracking=True, index="trigram")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company, help="Empty: for all companies.",
    )
    problem = fields.Text(required=True, tracking=True, help="How it shows: complaints like this are found by these words.")
    solution = fields.Html(help="What to do about it.")
    product_ids = fields.Many2many("product.product", string="Products", check_company=True)
    category_ids = fields.Many2many("product.category", string="Product Categories", help="And what belongs to them.")
    type_ids = fields.Many2many("quality.complaint.type", string="Types of Complaint", check_company=True)
    cause_ids = fields.Many2many("quality.cause", string="Causes")
    complaint_ids = fields.Many2many(
        "quality.complaint", "quality_complaint_solution_rel", "solution_id", "complaint_id", "Used On", copy=False,
    )
    complaint_count = fields.Integer("Times Used", compute="_compute_complaint_count", store=True)

    @api.depends("name", "problem")
    def _compute_similarity_text(self):
        for solution in self:
            solution.similarity_text = self._prepare_similarity_text(solution.name, solution.problem)

    @api.depends("complaint_ids")
    def _compute_complaint_count(self):
        for solution in self:
            solution.complaint_count = len(solution.complaint_ids)

    @api.constrains("name", "problem", "solution")
    def _check_texts(self):
        """Who finds it must be able to do something with it."""
        for solution in self:
            missing = [
                self._fields[name].get_description(self.env, ["string"])["string"]
                for name in ("name", "problem", "solution") if is_html_empty(solution[name]) or not solution[name].strip()
            ]
            if missing:
                raise ValidationError(self.env._(
                    "A solution helps only where it says everything. Still empty: %(fields)s", fields=", ".join(missing),
                ))

    @api.constrains("company_id", "complaint_ids")
    def _check_complaint_ids(self):
        """What is one company's does not stand on another's complaint."""
        self.sudo().complaint_ids._check_company(["solution_ids"])

    # ------------------------------------------------------------ similarity
    @api.model
    def _get_similarity_paths(self):
        return {
            "product": ("product_ids",), "category": ("category_ids",), "cause": ("cause_ids",), "type": ("type_ids",),
        }

    def _get_similarity_order(self):
        """What has helped most comes first."""
        return (-self.complaint_count, *super()._get_similarity_order())

    def action_view_complaints(self):
        self.ensure_one()
        return self.env["quality.complaint"]._action_view([("solution_ids", "in", self.ids)])
