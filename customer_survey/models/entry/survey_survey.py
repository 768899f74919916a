from collections import Counter

from odoo import models


class SurveySurvey(models.Model):
    _inherit = "survey.survey"

    def _get_items(self):
        """What a copy is asked, in its order and in the reader's language: a question, or a row of a matrix.

        :return: list of (label, question, row); each label once, row is empty but for a matrix
        """
        self.ensure_one()
        items, seen = [], Counter()
        for question in self.question_ids:
            for row in question.matrix_row_ids or question.matrix_row_ids.browse([False]):
                label = f"{question.title} / {row.value}" if question.question_type == "matrix" else question.title
                seen[label] += 1
                items.append((f"{label} ({seen[label]})" if seen[label] > 1 else label, question, row if row.id else row.browse()))
        return items

    def _get_entry_langs(self):
        """Codes of the languages that a copy can be in, the reader's first."""
        self.ensure_one()
        return list(dict.fromkeys([self.env.lang or "en_US", *self._get_supported_lang_codes(), "en_US"]))
