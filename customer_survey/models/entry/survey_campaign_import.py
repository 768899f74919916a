from odoo import api, models

from .copies_check import CopiesCheck
from .copies_file import read_tables


class SurveyCampaign(models.Model):
    """Copies that were collected in a table come in at once: all of them, or none."""

    _inherit = "survey.campaign"

    @api.model
    def _get_entry_columns(self):
        """Headings of what a copy has besides its answers."""
        return [self.env._("Copy No."), self.env._("E-mail")]

    def _check_copies_file(self, content):
        """A `CopiesCheck` of the file, in the encoding in which least is wrong with it."""
        self._check_may_enter()
        checks = []
        for table in read_tables(content, self.env.lang):
            checks.append(CopiesCheck(self, table))
            if not checks[-1].errors:
                break
        return min(checks, key=lambda check: len(check.errors))

    def _import_copies(self, copies, channel):
        """Create, or complete, the ``survey.user_input`` of each copy, and count them.

        :param copies: list of {reference, recipient, answers: {question: values of the lines}}
        """
        self._check_may_enter()
        entry = self._prepare_entry_values(channel)
        # who collects need not have rights to surveys, and how a copy came back is set by nobody else
        recipients = self.env["survey.campaign.recipient"].union(*(copy["recipient"] for copy in copies)).sudo()
        recipients.user_input_id._begin_entry()
        recipients.user_input_id.write(entry)
        new = [copy for copy in copies if not copy["recipient"].sudo().user_input_id]
        created = self._create_copies([
            {**(copy["recipient"].sudo()._prepare_copy() if copy["recipient"] else {}), **entry, "copy_reference": copy["reference"]} for copy in new
        ])
        for copy, user_input in zip(new, created, strict=True):
            copy["recipient"].sudo().user_input_id = user_input
        made = {copy["reference"]: user_input for copy, user_input in zip(new, created, strict=True)}
        user_inputs = created.browse().concat(*(made.get(copy["reference"]) or copy["recipient"].sudo().user_input_id for copy in copies))
        lines = []
        for copy, user_input in zip(copies, user_inputs, strict=True):
            user_input.copy_reference = copy["reference"]
            lines += [{"user_input_id": user_input.id, **line} for line in self._prepare_import_lines(copy["answers"])]
        self.env["survey.user_input.line"].sudo().create(lines)
        user_inputs._mark_in_progress()
        user_inputs._mark_done()
        return user_inputs

    def _prepare_import_lines(self, answers):
        """A line for each answer, and as on core's page one for each question that was left out."""
        chosen = {line.get("suggested_answer_id") for lines in answers.values() for line in lines}
        for question in self.sudo().survey_id.question_ids:
            # given, because core works them out line by line
            common = {"question_id": question.id, "survey_id": question.survey_id.id, "question_sequence": question.sequence}
            if question in answers:
                yield from ({**common, **line} for line in answers[question])
            elif not question.triggering_answer_ids or chosen & set(question.triggering_answer_ids.ids):
                yield {**common, "skipped": True}

    def _get_template_columns(self):
        """The columns to fill in: list of (label, list of answers to choose from, hint)."""
        self.ensure_one()
        reference, email = self._get_entry_columns()
        columns = [
            (reference, [], self.env._("Each copy has a number of its own.")),
            (email, [], self.env._("Of the recipient; empty for a copy without a name.")),
        ]
        # who collects need not have rights to surveys
        for label, question, _row in self.sudo().survey_id._get_items():
            kind, answers, hint = question.question_type, question.suggested_answer_ids.mapped("value_label"), ""
            if kind == "scale":
                answers = [str(value) for value in range(question.scale_min, question.scale_max + 1)]
            elif kind == "multiple_choice" or (kind == "matrix" and question.matrix_subtype == "multiple"):
                hint = self.env._("Several answers with semicolons between them.")
            elif kind in ("date", "datetime"):
                hint = self.env._("Year-month-day.")
            elif kind == "numerical_box":
                hint = self.env._("A number.")
            columns.append((label, answers, hint))
        return columns
