"""Checks a table of copies: everything that is wrong is found at once, by row and column."""

import re
import unicodedata
from collections import defaultdict
from datetime import date, datetime

from odoo.tools import email_normalize

from .copies_file import NOT_COMPUTED


def normalize(value):
    """How a text is compared: full-width characters, capitals and spaces make no difference."""
    return " ".join(unicodedata.normalize("NFKC", to_text(value)).casefold().split())


def to_text(value):
    if value is None or value is NOT_COMPUTED:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


class CopiesCheck:
    """:attr:`errors` is a list of sentences; without one, :attr:`copies` are what `survey.campaign._import_copies` takes."""

    def __init__(self, campaign, table):
        self.campaign = campaign
        self.env = campaign.env
        # who collects need not have rights to surveys
        self.survey = campaign.sudo().survey_id
        self.errors = []
        self.copies = []
        numbered = [(number, row) for number, row in enumerate(table, 1) if any(value not in (None, "") for value in row)]
        if self._read_headings(numbered[0][1]):
            self._read_known()
            for number, row in numbered[1:]:
                self._read_copy(number, row)
            if not numbered[1:]:
                self.errors.append(self.env._("There is no copy in the file, only the headings."))

    # ------------------------------------------------------------ headings
    def _read_headings(self, headings):
        """Which column is what; a column may be headed in any language of the questionnaire."""
        self.items = self.survey._get_items()
        self.names = [*self.campaign._get_entry_columns(), *(label for label, _question, _row in self.items)]
        known = {}
        for lang in reversed(self.survey._get_entry_langs()):
            campaign = self.campaign.with_context(lang=lang)
            labels = [*campaign._get_entry_columns(), *(label for label, _question, _row in campaign.sudo().survey_id._get_items())]
            known.update({normalize(label): index for index, label in enumerate(labels)})
        self.columns = {}
        for position, heading in enumerate(headings):
            index = known.get(normalize(heading))
            if not to_text(heading):
                continue
            if index is None:
                self.errors.append(self.env._("The column «%s» is none of the questionnaire's.", to_text(heading)))
            elif index in self.columns.values():
                self.errors.append(self.env._("The column «%s» is there twice.", to_text(heading)))
            else:
                self.columns[position] = index
        self.errors += [self.env._("The column «%s» is missing.", name) for index, name in enumerate(self.names) if index not in self.columns.values()]
        return not self.errors

    # ------------------------------------------------------------ what copies are compared with
    def _read_known(self):
        recipients = self.env["survey.campaign.recipient"].search(self.campaign._enterable_domain())
        self.recipients = {recipient.email_normalized: recipient for recipient in recipients.sorted("id", reverse=True) if recipient.email_normalized}
        self.known_references = set(self.env["survey.user_input"].sudo().search_fetch(
            [("campaign_id", "=", self.campaign.id), ("copy_reference", "!=", False)], ["copy_reference"],
        ).mapped("copy_reference"))
        self.seen = {"reference": {}, "email": {}}
        self.choices = defaultdict(dict)
        for lang in reversed(self.survey._get_entry_langs()):
            for answer in self.survey.with_context(lang=lang).question_ids.suggested_answer_ids:
                self.choices[answer.question_id.id][normalize(answer.value_label)] = answer.id

    # ------------------------------------------------------------ a copy
    def _read_copy(self, number, row):
        values = {index: row[position] if position < len(row) else None for position, index in self.columns.items()}
        reference, email = to_text(values[0]), to_text(values[1])
        copy = {"reference": reference, "recipient": self.env["survey.campaign.recipient"], "answers": {}}
        self._add(number, 0, self._find_reference_problem(number, reference))
        if email:
            copy["recipient"] = self.recipients.get(email_normalize(email), copy["recipient"])
            self._add(number, 1, self._find_recipient_problem(number, email, copy["recipient"]))
        for index, (_label, question, matrix_row) in enumerate(self.items, 2):
            try:
                answers = self._read_answers(question, values[index])
            except ValueError as problem:
                self._add(number, index, str(problem))
                continue
            if answers:
                copy["answers"].setdefault(question, []).extend({**answer, "matrix_row_id": matrix_row.id} for answer in answers)
        if not any(to_text(values[index]) or values[index] is NOT_COMPUTED for index in range(2, len(self.names))):
            self.errors.append(self.env._("Row %s: nothing was answered.", number))
        self._check_conditions(number, copy["answers"])
        self.copies.append(copy)

    def _add(self, number, index, problem):
        if problem:
            self.errors.append(self.env._("Row %(row)s, column «%(column)s»: %(problem)s", row=number, column=self.names[index], problem=problem))

    def _find_reference_problem(self, number, reference):
        if not reference:
            return self.env._("each copy has a number, so that none is counted twice.")
        if reference in self.known_references:
            return self.env._("%s is in the campaign already.", reference)
        first = self.seen["reference"].setdefault(reference, number)
        return first != number and self.env._("%(value)s stands in row %(row)s already.", value=reference, row=first)

    def _find_recipient_problem(self, number, email, recipient):
        if not recipient:
            return self.env._("%s was not asked in this campaign. Leave it empty for a copy without a name.", email)
        if recipient.state == "answered":
            return self.env._("%s has answered already.", recipient.name)
        first = self.seen["email"].setdefault(recipient.email_normalized, number)
        return first != number and self.env._("%(value)s stands in row %(row)s already.", value=email, row=first)

    def _check_conditions(self, number, answers):
        """A question that depends on an answer is asked of nobody else."""
        chosen = {answer["suggested_answer_id"] for given in answers.values() for answer in given if "suggested_answer_id" in answer}
        for index, (_label, question, _row) in enumerate(self.items, 2):
            if question in answers and question.triggering_answer_ids and not chosen & set(question.triggering_answer_ids.ids):
                self._add(number, index, self.env._("is not asked after the other answers of this copy."))
                del answers[question]

    # ------------------------------------------------------------ an answer
    def _read_answers(self, question, value):
        """Values of the lines that this value stands for; a ValueError says what is wrong with it."""
        if value is NOT_COMPUTED:
            raise ValueError(self.env._("the file does not say what comes out of the formula. Save it in a spreadsheet program first."))
        text = to_text(value)
        if not text:
            return []
        kind = question.question_type
        if kind in ("simple_choice", "multiple_choice", "matrix"):
            return [{"answer_type": "suggestion", "suggested_answer_id": choice} for choice in self._read_choices(question, text)]
        read = {"scale": self._read_scale, "numerical_box": self._read_number, "date": self._read_day, "datetime": self._read_day}.get(kind)
        answer = read(question, value) if read else text
        if wrong := question.validate_question(str(answer)):
            raise ValueError(wrong[question.id])
        return [{"answer_type": kind, f"value_{kind}": answer}]

    def _read_choices(self, question, text):
        choices = self.choices[question.id]
        if normalize(text) in choices:
            return [choices[normalize(text)]]
        is_several = question.question_type == "multiple_choice" or (question.question_type == "matrix" and question.matrix_subtype == "multiple")
        parts = [part.strip() for part in re.split(r"[;；\n]", text) if part.strip()] if is_several else [text]
        if unknown := [part for part in parts if normalize(part) not in choices]:
            raise ValueError(self.env._(
                "«%(value)s» is none of the answers: %(answers)s.", value="; ".join(unknown),
                answers=", ".join(question.with_context(lang=self.env.lang).suggested_answer_ids.mapped("value_label")),
            ))
        return list(dict.fromkeys(choices[normalize(part)] for part in parts))

    def _read_scale(self, question, value):
        text = normalize(value)
        if not re.fullmatch(r"-?\d+(\.0+)?", text) or not question.scale_min <= int(float(text)) <= question.scale_max:
            raise ValueError(self.env._(
                "«%(value)s» is no whole number from %(lowest)s to %(highest)s.", value=to_text(value), lowest=question.scale_min, highest=question.scale_max,
            ))
        return int(float(text))

    def _read_number(self, _question, value):
        try:
            return float(normalize(value))
        except ValueError as error:
            raise ValueError(self.env._("«%s» is no number.", to_text(value))) from error

    def _read_day(self, question, value):
        is_day = question.question_type == "date"
        try:
            moment = value if isinstance(value, date) else datetime.fromisoformat(normalize(value).replace("/", "-"))
        except ValueError as error:
            raise ValueError(self.env._("«%s» is no date. Write it as year-month-day.", to_text(value))) from error
        return moment.strftime("%Y-%m-%d" if is_day else "%Y-%m-%d %H:%M:%S")
