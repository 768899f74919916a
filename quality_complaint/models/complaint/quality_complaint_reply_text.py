import re

from lxml import html

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, is_html_empty
from odoo.tools.misc import formatLang

from ..capa.quality_capa import CARRIED_OUT_STATES
from ..odoo.ir_actions_report import REPLY_FORMS

LETTER = "quality_complaint.action_report_reply"

# form: the template that its text is drafted with
DRAFTS = {"letter": "quality_complaint.reply_body", "8d": "quality_complaint.reply_body_8d", "a3": "quality_complaint.reply_body_a3"}

# a letter says what it likes, these forms have their sections
STRUCTURED_FORMS = ("8d", "a3")

SECTIONS_8D = [f"D{number}" for number in range(9)]

# what is decided with the text of the reply
REPLY_TEXT_FIELDS = {"reply_body", "reply_report_id"}


class QualityComplaint(models.Model):
    """What the reply says: drafted out of the record, in the customer's language and in the form that he asked for."""

    _inherit = "quality.complaint"

    reply_report_id = fields.Many2one(
        "ir.actions.report", "Reply As", copy=False, index="btree_not_null", ondelete="set null",
        domain=lambda self: list(self.env["ir.actions.report"]._reply_layout_domain()),
        help="Proposed: what the customer asked for, else what the type of the complaint says, else a letter.",
    )
    reply_body = fields.Html("Reply", copy=False, sanitize_style=True)
    reply_draft = fields.Html("Reply as Drafted", readonly=True, copy=False, sanitize_style=True, help="Shows what was edited since.")
    reply_form = fields.Selection(REPLY_FORMS, "Form of the Reply", readonly=True, copy=False, help="What its text was drafted as.")
    reply_gaps = fields.Text("Also Needed for the Reply", compute="_compute_reply_gaps")
    reply_hint = fields.Text("About the Reply", compute="_compute_reply_hint", compute_sudo=True)

    @api.constrains("reply_report_id")
    def _check_reply_report_id(self):
        if others := self.reply_report_id - self.reply_report_id._filter_reply_layouts():
            raise ValidationError(self.env._("No layouts of a reply: %s", ", ".join(others.mapped("name"))))

    # ------------------------------------------------------------ layout
    def _get_reply_report(self):
        """The layout that this reply goes out in."""
        self.ensure_one()
        return self.reply_report_id._filter_reply_layouts() or self._get_default_reply_report()

    def _get_default_reply_report(self, without=None):
        """What the customer asked for, else what the type says, else the letter; nothing where no layout is left."""
        self.ensure_one()
        Report = self.env["ir.actions.report"]
        without = without or Report
        letter = self.env.ref(LETTER, raise_if_not_found=False) or Report
        complaint = self.sudo()  # whose customer it is, he need not be allowed to read
        for report in (complaint.commercial_partner_id.complaint_reply_report_id, complaint.type_id.reply_report_id, letter):
            if found := report._filter_reply_layouts() - without:
                return found.with_env(self.env)
        return Report.search(Report._reply_layout_domain(), order="id").filtered(
            lambda report: report.complaint_reply_form == "letter" and report not in without,
        )[:1]

    def _replace_reply_layout(self, gone):
        """That layout is no longer one: say so, and go on with the next in turn. A text that was edited stays as it is."""
        for complaint in self:
            report = complaint._get_default_reply_report(without=gone)
            complaint.reply_report_id = report
            complaint._message_log(body=self.env._(
                "The layout «%(gone)s» does not exist any more. The reply goes out as «%(layout)s», once it is approved.",
                gone=", ".join(gone.mapped("name")), layout=report.name or "",
            ))

    def write(self, vals):
        """Another layout is another text: it is drafted anew, unless somebody has worked on it."""
        before = {}
        if "reply_report_id" in vals and "reply_body" not in vals:
            before = {
                complaint: complaint._get_reply_report() for complaint in self
                if complaint.state == "reply" and not complaint.reply_sent_on and not complaint._is_reply_edited()
            }
        result = super().write(vals)
        self.filtered(lambda complaint: complaint in before and complaint._get_reply_report() != before[complaint])._draft_reply()
        return result

    # ------------------------------------------------------------ drafting
    def _is_reply_edited(self):
        self.ensure_one()
        return not is_html_empty(self.reply_body) and self.reply_body != self.reply_draft

    @api.depends("reply_body", "reply_draft", "state")
    def _compute_reply_hint(self):
        for complaint in self:
            written = complaint.state == "reply" and complaint.reply_draft
            complaint.reply_hint = written and complaint._get_present_draft() != complaint.reply_draft and self.env._(
                "What is on record has changed since this text was drafted. «Write Reply Anew» drafts it from what is on record now.",
            )

    def _get_present_draft(self):
        """What the draft would be now, as it would be stored."""
        return self._fields["reply_draft"].convert_to_cache(self._render_reply(self.reply_form), self)

    def _draft_reply(self):
        for complaint in self:
            report = complaint._get_reply_report()
            form = report.complaint_reply_form or "letter"
            text = complaint._render_reply(form)
            complaint.write({"reply_report_id": report.id, "reply_body": text})
            complaint._write_system({"reply_draft": text, "reply_form": form})

    def _draft_missing_reply(self):
        """What somebody has edited in this round is not overwritten unasked."""
        self.filtered(lambda complaint: is_html_empty(complaint.reply_body))._draft_reply()

    def _render_reply(self, form):
        """The reply's text out of the record, in the customer's language.

        :param str form: of REPLY_FORMS
        :rtype: markupsafe.Markup
        """
        self.ensure_one()
        lang = self._get_customer_lang()
        # who may read the complaint may read what is said about it; the days are the company's, whoever drafts
        complaint = self.sudo().with_context(lang=lang, tz=self._mail_get_timezone())
        return self.env["ir.qweb"]._render(DRAFTS[form], complaint._prepare_reply_values(), lang=lang)

    def _prepare_reply_values(self):
        """What the reply's template shows. Sentences around a value are made here, so that each language
        can put the value where it belongs."""
        self.ensure_one()
        capas = self.capa_ids.filtered(lambda capa: capa.state != "cancel").sorted("id")
        of_kind = {kind: capas.filtered(lambda capa, kind=kind: capa.capa_type == kind) for kind in capas.mapped("capa_type")}
        none = capas.browse()
        done = capas.filtered(lambda capa: capa.state in CARRIED_OUT_STATES)
        return {
            "complaint": self,
            "is_html_empty": is_html_empty,
            "greeting": self.env._("Dear %s,", self.contact_id.name or self.partner_id.name),
            "opening": self.env._(
                "Thank you for telling us about “%s”. We are sorry for the trouble it caused you. "
                "This is what we found and what we have done.", self.subject,
            ),
            "present": done.filtered(lambda capa: capa.capa_type in ("containment", "correction", "visit")),
            "lasting": [
                (capa, self.env._("%(action)s (until %(day)s)", action=capa.name, day=self._format_day(capa._get_deadline_day())))
                for capa in capas if capa.capa_type in ("corrective", "preventive")
            ],
            "quantities": {line: self._get_quantity_text(line) for line in self.line_ids},
            "times": self._get_time_texts(),
            "places": ", ".join(filter(None, (self.sale_order_id.client_order_ref, self.sale_order_id.name, self.picking_id.name))),
            "team": self._get_reply_team(capas),
            "containment": of_kind.get("containment", none),
            "emergency": done.filtered(lambda capa: capa.capa_type in ("correction", "visit")),
            "corrective": of_kind.get("corrective", none),
            "preventive": of_kind.get("preventive", none),
            "proofs": {capa: capa._get_proof_text() for capa in capas},
            "days": {capa: self._format_day(capa.date_done or capa.date_deadline) for capa in capas},
            "thanks": self.env._("We thank %s for the work on this, and you for telling us.", ", ".join(
                name for name, _role, _team in self._get_reply_team(capas)
            )),
        }

    def _format_day(self, moment):
        return format_date(self.env, moment) if moment else ""

    def _get_quantity_text(self, line):
        """How much of what was delivered is complained about."""
        shipped = line.quantity_shipped if line.move_id or line.sale_line_id else 0
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        texts = {
            "quantity": formatLang(self.env, line.quantity, digits=digits), "unit": line.product_uom_id.name,
            "shipped": formatLang(self.env, shipped, digits=digits),
        }
        return self.env._("%(quantity)s of %(shipped)s %(unit)s", **texts) if shipped else self.env._("%(quantity)s %(unit)s", **texts)

    def _get_time_texts(self):
        """When what happened: a sentence for each day that is known."""
        return [text for moment, text in (
            (self.date_order, self.env._("Ordered on %s", self._format_day(self.date_order))),
            (self.date_shipped, self.env._("Shipped on %s", self._format_day(self.date_shipped))),
            (self.date_received, self.env._("Complained about on %s", self._format_day(self.date_received))),
        ) if moment]

    def _get_reply_team(self, capas):
        """Who worked on it: (name, role, department) of each person, once."""
        self.ensure_one()
        team = {}
        for user, role, department in (
            (self.handler_id, self.env._("Handles the complaint"), self.team_id),
            (self.team_id.leader_id, self.env._("Team leader"), self.team_id),
            *((capa.user_id, self.env._("Carries out actions"), capa.team_id) for capa in capas),
            *((user, self.env._("Takes part in actions"), capa.team_id) for capa in capas for user in capa.participant_ids),
        ):
            if user:
                team.setdefault(user, (user.name, role, department.name or ""))
        return list(team.values())

    def _get_customer_lang(self):
        complaint = self.sudo()  # as above
        return complaint.contact_id.lang or complaint.partner_id.lang or complaint.company_id.partner_id.lang or self.env.lang

    # ------------------------------------------------------------ gates
    @api.depends("state", "reply_report_id", "partner_id", "type_id")
    @api.depends_context("lang")
    def _compute_reply_gaps(self):
        """While it is investigated: what the customer's form needs beyond what resolving asks for."""
        for complaint in self:
            report = complaint._get_reply_report() if complaint.state == "investigation" else False
            complaint.reply_gaps = report and "\n".join(complaint.sudo()._get_form_gaps(report.complaint_reply_form))

    def _get_gaps_follow_up(self):
        """What was approved was complete."""
        gaps = super()._get_gaps_follow_up()
        return gaps if self.reply_approved_on else self._get_reply_text_gaps() + gaps

    def _get_reply_gaps(self):
        """All that is still missing before the reply may be approved: a list of sentences."""
        self.ensure_one()
        missing = [self.env._("The reply to the customer")] if is_html_empty(self.reply_body) else []
        return self._get_open_demand_gaps() + self._get_reply_text_gaps() + missing

    def _get_layout_gap(self, report):
        """Why nothing can be printed in that layout, or False."""
        if not report:
            return self.env._("A layout of the reply: there is none any more. Updating this app brings the letter back.")
        if not report._has_template():
            return self.env._("Another layout: the template of «%s» does not exist any more.", report.name)
        return False

    def _check_layout(self, report):
        if gap := self._get_layout_gap(report):
            raise UserError(gap)

    def _get_reply_text_gaps(self):
        report = self._get_reply_report()
        if gap := self._get_layout_gap(report):
            return [gap]
        form = report.complaint_reply_form
        gaps = self._get_form_gaps(form)
        if is_html_empty(self.reply_body):
            return gaps
        if form in STRUCTURED_FORMS and self.reply_form != form:
            gaps.append(self.env._("A text that is written as «%s»: press «Write Reply Anew», or choose another layout", report.name))
        elif form == "8d":
            texts = list(html.fromstring(self.reply_body).itertext())
            # a Chinese or Japanese word may follow without a space
            lost = [section for section in SECTIONS_8D if not any(re.match(rf"\W*{section}(?![0-9])", text) for text in texts)]
            if lost:
                gaps.append(self.env._("The sections that the text has lost: %s", ", ".join(lost)))
        return gaps

    def _get_form_gaps(self, form):
        """What that form says and the record does not: a list of sentences."""
        self.ensure_one()
        return getattr(self, f"_get_reply_gaps_{form}", list)()

    def _get_reply_gaps_8d(self):
        capas = self.capa_ids.filtered(lambda capa: capa.state != "cancel")
        done = capas.filtered(lambda capa: capa.state in CARRIED_OUT_STATES)
        corrective = capas.filtered(lambda capa: capa.capa_type == "corrective")
        gaps = []
        if not self._get_reply_team(capas):
            gaps.append(self.env._("8D, D1: the team: a handler, or actions with their owners"))
        if not self._is_described():
            gaps.append(self.env._("8D, D2: what happened, or the defect of a product"))
        if "containment" not in done.mapped("capa_type"):
            gaps.append(self.env._("8D, D3: a containment action that was carried out"))
        if not any(cause.is_root and cause.kind == "occurrence" for cause in self.cause_ids):
            gaps.append(self.env._("8D, D4: the root cause: why it happened"))
        if "escape" not in self.cause_ids.mapped("kind"):
            gaps.append(self.env._("8D, D4: the escape cause: why it was not detected"))
        if not corrective:
            gaps.append(self.env._("8D, D5: a corrective action"))
        gaps.extend(self.env._("8D, D6: the corrective action «%s» carried out", capa.name) for capa in corrective - done)
        if corrective and not any(capa.verdict_ids or capa.state == "verify" for capa in corrective & done):
            gaps.append(self.env._("8D, D6: the verification of a corrective action: a verdict, or until when it is observed"))
        if "preventive" not in capas.mapped("capa_type"):
            gaps.append(self.env._("8D, D7: a preventive action"))
        return gaps

    def _get_reply_gaps_a3(self):
        gaps = []
        if not self._is_described():
            gaps.append(self.env._("A3, current condition: what happened, or the defect of a product"))
        if not self.cause_ids:
            gaps.append(self.env._("A3, cause: a why of the cause analysis"))
        if not self.capa_ids.filtered(lambda capa: capa.state != "cancel" and capa.capa_type in ("corrective", "preventive")):
            gaps.append(self.env._("A3, countermeasures: a corrective or preventive action"))
        return gaps

    def _is_described(self):
        return not is_html_empty(self.description) or any(self.line_ids.mapped("defect"))
