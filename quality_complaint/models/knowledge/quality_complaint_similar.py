from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import html2plaintext, is_html_empty

# what one thing in common takes from the doubt whether two complaints are alike, and the score in % from which it is said
SIMILAR_WEIGHTS = {"lot": 0.4, "product": 0.22, "cause": 0.25, "type": 0.04, "customer": 0.04, "text": 0.8}
SOLUTION_WEIGHTS = {"product": 0.22, "category": 0.12, "cause": 0.25, "type": 0.04, "text": 0.8}
SIMILAR_MINIMUM = 30
# the same for being the very same matter, filed twice
DUPLICATE_WEIGHTS = {"customer": 0, "lot": 0.55, "delivery": 0.35, "order": 0.2, "product": 0.3, "text": 0.75}
DUPLICATE_MINIMUM = 50

# a finished complaint can't be filed a second time after that
DUPLICATE_DAYS = 30


class QualityComplaint(models.Model):
    """What is known already: complaints like this one, solutions that helped, and whether it was filed before."""

    _name = "quality.complaint"
    _inherit = ["quality.complaint", "quality.similarity.mixin"]

    solution_ids = fields.Many2many(
        "quality.solution", "quality_complaint_solution_rel", "complaint_id", "solution_id", "Solutions Used",
        check_company=True, copy=False,
    )
    # a link is one row, whichever of the two it was made on
    linked_to_ids = fields.Many2many(
        "quality.complaint", "quality_complaint_link_rel", "complaint_id", "other_id", check_company=True, copy=False,
    )
    linked_from_ids = fields.Many2many(
        "quality.complaint", "quality_complaint_link_rel", "other_id", "complaint_id", check_company=True, copy=False,
    )
    related_ids = fields.Many2many(
        "quality.complaint", string="Linked Complaints", compute="_compute_related_ids", inverse="_inverse_related_ids",
        search="_search_related_ids", copy=False,
    )
    likely_duplicate_id = fields.Many2one("quality.complaint", compute="_compute_likely_duplicate_id")
    duplicate_hint = fields.Char(compute="_compute_likely_duplicate_id")

    # ------------------------------------------------------------ similarity
    @api.depends("subject", "description", "line_ids.defect")
    def _compute_similarity_text(self):
        for complaint in self:
            complaint.similarity_text = self._prepare_similarity_text(
                complaint.subject, complaint.description, *complaint.line_ids.mapped("defect"),
            )

    @api.model
    def _get_similarity_paths(self):
        return {
            "customer": ("commercial_partner_id",),
            "type": ("type_id",),
            "order": ("sale_order_id", "line_ids.sale_line_id.order_id"),
            "delivery": ("picking_id", "line_ids.move_id.picking_id"),
            "product": ("line_ids.product_id",),
            "lot": ("line_ids.lot_id",),
            "cause": ("cause_ids.cause_id",),
        }

    def _get_similarity_facts(self):
        """{what others may have in common with it: records}."""
        self.ensure_one()
        complaint = self.sudo()  # who files a complaint need not read the order that it is about
        facts = {}
        for fact, paths in self._get_similarity_paths().items():
            first, *others = (complaint.mapped(path) for path in paths)
            facts[fact] = first.union(*others)
        facts["category"] = self.env["product.category"].sudo().search([("id", "parent_of", facts["product"].categ_id.ids)])
        return facts

    def _get_own_domain(self):
        """Other complaints of the company that somebody stood by."""
        self.ensure_one()
        return Domain("company_id", "=", self.company_id.id) & Domain("id", "!=", self.id) & Domain("state", "!=", "cancel")

    def _find_duplicates(self, limit=5):
        """Complaints that are likely this very one: of the same customer, open or finished not long before.

        :return: as `_propose_similar`
        """
        self.ensure_one()
        recent = Domain("date_received", ">=", self.date_received - timedelta(days=DUPLICATE_DAYS))
        domain = self._get_own_domain() & Domain("state", "!=", "rejected")
        domain &= Domain("commercial_partner_id", "=", self.commercial_partner_id.id) & (self._unfinished_domain() | recent)
        return self._propose_similar(
            self.similarity_text, self._get_similarity_facts(), DUPLICATE_WEIGHTS, domain, DUPLICATE_MINIMUM, limit,
        )

    def _find_similar_complaints(self, others):
        """Earlier complaints that are like this one, without the others. As `_find_duplicates`."""
        self.ensure_one()
        return self._propose_similar(
            self.similarity_text, self._get_similarity_facts(), SIMILAR_WEIGHTS,
            self._get_own_domain() & Domain("id", "not in", others.ids), SIMILAR_MINIMUM,
        )

    def _find_solutions(self):
        """Solutions of problems like this one. As `_find_duplicates`."""
        self.ensure_one()
        return self.env["quality.solution"]._propose_similar(
            self.similarity_text, self._get_similarity_facts(), SOLUTION_WEIGHTS,
            Domain("company_id", "in", (False, self.company_id.id)), SIMILAR_MINIMUM,
        )

    @api.depends("state", "partner_id", "related_ids")
    def _compute_likely_duplicate_id(self):
        """Whoever files or reviews it is warned, not hindered. What is linked is known."""
        for complaint in self:
            saved = complaint._origin
            proposals = saved._find_duplicates() if saved.state in ("draft", "review") else []
            proposals = [proposal for proposal in proposals if proposal[0] not in saved.related_ids]
            duplicate, score, reason = proposals[0] if proposals else (False, 0, "")
            complaint.likely_duplicate_id = duplicate
            complaint.duplicate_hint = duplicate and self.env._(
                "Looks like %(complaint)s (%(score)s %%): %(reason)s", complaint=duplicate.name, score=score, reason=reason,
            )

    def action_view_similar(self):
        """Look for what is known, now: the window shows what was found."""
        self.ensure_one()
        self.check_access("read")
        window = self.env["quality.complaint.similar"].create({"complaint_id": self.id})
        window._fill()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Similar to %s", self.name),
            "res_model": window._name,
            "res_id": window.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_view_likely_duplicate(self):
        self.ensure_one()
        return self.likely_duplicate_id._get_records_action()

    def action_link_likely_duplicate(self):
        for complaint in self:
            complaint._link(complaint.likely_duplicate_id)

    # ------------------------------------------------------------ links
    @api.depends("linked_to_ids", "linked_from_ids")
    def _compute_related_ids(self):
        for complaint in self:
            complaint.related_ids = complaint.linked_to_ids | complaint.linked_from_ids

    def _inverse_related_ids(self):
        for complaint in self:
            known, related = complaint.linked_to_ids | complaint.linked_from_ids, complaint.related_ids
            removed = [Command.unlink(other.id) for other in known - related]
            complaint.write({
                "linked_to_ids": [*removed, *(Command.link(other.id) for other in related - known)],
                "linked_from_ids": removed,
            })

    def _search_related_ids(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        return Domain("linked_to_ids", operator, value) | Domain("linked_from_ids", operator, value)

    @api.constrains("linked_to_ids", "linked_from_ids")
    def _check_links(self):
        if own := self.filtered(lambda complaint: complaint in complaint.linked_to_ids | complaint.linked_from_ids):
            raise ValidationError(self.env._(
                "A complaint can't be linked with itself: %s. Choose another one.", ", ".join(own.mapped("name")),
            ))

    def _link(self, others):
        """Both show the other from now on. Linking them again changes nothing."""
        self.related_ids = [Command.link(other.id) for other in others]

    # ------------------------------------------------------------ solutions
    def _use_solution(self, solution):
        """Take it over into the handling opinion, after what stands there, and count it as used. Twice is as once."""
        self.ensure_one()
        if not self._has_role("handler"):
            raise UserError(self.env._("The handling opinion of %s is its handler's to write.", self.name))
        solution.check_access("read")
        if solution in self.solution_ids:
            return
        opinion = "" if is_html_empty(self.handling_opinion) else self.handling_opinion
        self.write({
            "handling_opinion": opinion + Markup("<p><strong>%s</strong></p>") % solution.name + solution.solution,
            "solution_ids": [Command.link(solution.id)],
        })

    def action_save_as_solution(self):
        """A new solution, filled in from how this was handled; nothing is stored before the user saves it."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Save as Solution"),
            "res_model": "quality.solution",
            "views": [(False, "form")],
            "context": {f"default_{name}": value for name, value in self._prepare_solution_values().items()},
        }

    def _prepare_solution_values(self):
        self.ensure_one()
        problem = [html2plaintext(self.description or ""), *self.line_ids.mapped("defect")]
        results = Markup().join(
            Markup("<li><strong>%s</strong>%s</li>") % (capa.name, capa.result)
            for capa in self.capa_ids.sorted("id") if capa.state == "done"
        )
        opinion = "" if is_html_empty(self.handling_opinion) else self.handling_opinion
        return {
            "name": self.subject,
            "problem": "\n".join(text.strip() for text in problem if text and text.strip()) or self.subject,
            "solution": opinion + (Markup("<ul>%s</ul>") % results if results else ""),
            "company_id": self.company_id.id,
            "product_ids": [Command.set(self.line_ids.product_id.ids)],
            "type_ids": [Command.set(self.type_id.ids)],
            "cause_ids": [Command.set(self.cause_ids.cause_id.ids)],
            "complaint_ids": [Command.set(self.ids)],
        }
