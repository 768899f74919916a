from lxml import html

from odoo.tests import HttpCase


class SurveyPageCommon(HttpCase):
    """The pages of a survey as a customer's browser shows them and sends them back: what is sent is read from the page."""

    def _open_survey(self, url):
        """What a link leads to, as an ``lxml`` document: the first page, or the one where the customer stopped."""
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.content)

    def _get_words(self, page):
        return " ".join(page.text_content().split())

    def _begin_survey(self, page):
        """Press *Start Survey*, in the language that the page proposes."""
        [language] = page.xpath("//select[@name='lang_code']/option[@selected]/@value")
        self._go_on(page, "begin", {"lang_code": language})

    def _send_page(self, page, *answers):
        """Answer the questions of the page in their order: with the column of each row of a matrix, the position of a choice, the value of a scale,
        or words. What is None, and what is left out at the end, is skipped."""
        params = {name: page.xpath(f"//input[@name='{name}']/@value")[0] for name in ("csrf_token", "token", "page_id")}
        questions = page.xpath("//*[@data-question-type]")
        for question, answer in zip(questions, [*answers, *[None] * (len(questions) - len(answers))], strict=True):
            kind = question.get("data-question-type")
            if kind == "text_box":
                params[question.get("name")] = answer or ""
            elif kind == "matrix" and answer:
                params[question.get("data-name")] = {
                    row.get("id"): [row.xpath(".//input/@value")[column - 1]]
                    for row, column in zip(question.xpath(".//tbody/tr"), answer, strict=True)
                }
            elif answer is not None:
                values = question.xpath(".//input[@type='radio']/@value")
                params[question.get("data-name")] = values[values.index(str(answer)) if kind == "scale" else answer - 1]
        self._go_on(page, "submit", params)

    def _go_on(self, page, step, params):
        """Send it as the page's script does, which puts what comes back in the place of the questions."""
        [form] = page.xpath("//form[@data-survey-token]")
        _correct_answers, result = self.make_jsonrpc_request(f"/survey/{step}/{form.get('data-survey-token')}/{form.get('data-answer-token')}", params)
        self.assertNotIn("error", result)
        [content] = form.xpath(".//div[contains(concat(@class, ' '), 'o_survey_form_content ')]")
        content[:] = list(html.fromstring(f"<div>{result['survey_content']}</div>"))
