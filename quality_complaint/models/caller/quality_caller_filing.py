from odoo import api, models

ORDER_MODELS = ("sale.order", "sale.order.line")
DELIVERED_MODELS = ("stock.picking", "stock.move.line")


class QualityCaller(models.AbstractModel):
    """From the call to the complaint: who called and from which number comes along."""

    _inherit = "quality.caller"

    @api.model
    def file_complaint(self, partner_id, model=False, record_id=False, number=False):
        """The window of a new complaint of the caller about an order, an order line, a delivery, delivered goods, or nothing.

        An order can be complained about before anything of it was delivered: it may be late.

        :param number: the telephone number that he calls from
        """
        self._check_reporter()
        partner = self.env["res.partner"].browse(partner_id)
        Complaint = self.env["quality.complaint"]
        values = {"partner_id": partner.commercial_partner_id.id}
        if model in ORDER_MODELS + DELIVERED_MODELS:
            record = self.env[model].browse(record_id)
            if model == "stock.move.line" and self._is_shown(record, partner.commercial_partner_id):
                record = record.sudo()  # what the screen shows him he may file a complaint about
            record.check_access("read")
            if model in DELIVERED_MODELS or self._is_delivered(record):
                action = record.action_file_complaint()
            else:
                order = record if model == "sale.order" else record.order_id
                action = Complaint._action_new({**values, "sale_order_id": order.state == "sale" and order.id})
        else:
            action = Complaint._action_new(values)
        action["context"].update({
            f"default_{name}": value for name, value in self._prepare_caller_values(partner, number).items()
        })
        return action

    @api.model
    def _is_shown(self, line, customer):
        """True where that was delivered to the customer: what he has is shown without the right to read transfers."""
        line = line.sudo()  # see _get_delivered_section
        return customer in line.picking_id._get_customers() and bool(
            line.filtered_domain(self._get_company_domain() & line._get_delivered_domain()),
        )

    @api.model
    def _is_delivered(self, record):
        # who sold it may know that, without the right to read transfers
        lines = record.sudo() if record._name == "sale.order.line" else record.sudo().order_line
        return bool(lines._prepare_complaint_lines())

    @api.model
    def _prepare_caller_values(self, partner, number):
        """What the call says about any record that is made of it: the person, and the number where none is on record."""
        values = {"channel": "phone"}
        if partner != partner.commercial_partner_id:
            values["contact_id"] = partner.id
        if number and not partner.phone:
            values["partner_phone"] = number
        return values
