from odoo import api, models
from odoo.fields import Domain

RETURN_LIMITS = (5, 3)

RETURN_COLORS = {"done": "success", "cancel": "secondary", "draft": "info", "decision": "info"}


class QualityCaller(models.AbstractModel):
    """What the caller has given back, or wants to."""

    _inherit = "quality.caller"

    @api.model
    def _get_phone_sources(self):
        return [*super()._get_phone_sources(), ("return.order", "partner_phone", ("contact_id", "partner_id"))]

    @api.model
    def _get_document_sources(self):
        return {
            **super()._get_document_sources(),
            "return.order": (("name", "tracking_number"), Domain.TRUE, ("contact_id", "partner_id")),
        }

    @api.model
    def _get_caller_sections(self, customer, documents):
        return [*super()._get_caller_sections(customer, documents), self._get_return_section(customer, documents)]

    @api.model
    def _get_return_section(self, customer, documents):
        return self._get_case_section(
            "return.order", customer, documents, self.env["return.order"]._unfinished_domain(), RETURN_LIMITS, self._get_return_row,
            name="returns", label=self.env._("Returns"), icon="fa-undo", sequence=25, empty=self.env._("No returns."),
        )

    @api.model
    def _get_return_row(self, order, asked):
        labels = {name: dict(order._fields[name]._description_selection(self.env)) for name in ("state", "next_step", "verdict")}
        facts = [(self.env._("Requested On"), self._format_day(order.date_requested))]
        if order.next_step and order.date_deadline:
            facts.append((self.env._("Next"), self.env._(
                "%(step)s until %(day)s", step=labels["next_step"][order.next_step], day=self._format_day(order.date_deadline),
            )))
        if order.date_done:
            facts.append((self.env._("Done On"), self._format_day(order.date_done)))
        refused = order.state == "done" and order.verdict == "refused"
        return {
            "model": "return.order", "id": order.id, "title": order.name, "subtitle": ", ".join(order.line_ids.product_id.mapped("display_name")),
            "badge": (labels["verdict"]["refused"], "warning") if refused else (labels["state"][order.state], RETURN_COLORS.get(order.state, "primary")),
            "late": order.is_late, "asked": asked, "facts": facts,
        }

    # ------------------------------------------------------------ filing
    @api.model
    def _get_caller_buttons(self):
        return [*super()._get_caller_buttons(), {"name": "file_return", "label": self.env._("File a Return"), "method": "file_return"}]

    @api.model
    def file_return(self, partner_id, number=False):
        """The window of a new return of the caller.

        :param number: the telephone number that the call comes from
        """
        self._check_reporter()
        partner = self.env["res.partner"].browse(partner_id)
        return self.env["return.order"]._action_file({
            "partner_id": partner.commercial_partner_id.id, **self._prepare_caller_values(partner, number),
        })
