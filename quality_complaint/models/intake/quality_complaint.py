from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...tools.incoming_mail import find_tokens
from ..complaint.quality_complaint import FINISHED_STATES


class QualityComplaint(models.Model):
    """A complaint that arrives by e-mail, with the order and the delivery that it names, if they are the sender's."""

    _name = "quality.complaint"
    _inherit = ["quality.complaint", "quality.mail.intake.mixin"]

    _acknowledgement_template = "quality_complaint.mail_template_acknowledgement"

    # ------------------------------------------------------------ a new one
    @api.model
    def message_new(self, msg_dict, custom_values=None):
        complaint = super().message_new(msg_dict, custom_values)
        complaint.with_context(mail_activity_quick_update=True)._schedule_step()  # the mail itself tells it
        return complaint

    @api.model
    def _prepare_intake_values(self, msg_dict, sender, team, company):
        values, remarks = super()._prepare_intake_values(msg_dict, sender, team, company)
        named = self._find_named_documents(f"{msg_dict.get('subject') or ''}\n{self._get_intake_text(msg_dict)}", company)
        contact = sender
        if self._is_colleague(sender, company):
            # he knows whose order he writes about
            customers = (named["orders"].partner_id | named["pickings"].partner_id).commercial_partner_id
            contact = customers if len(customers) == 1 else sender.browse()
        contact = contact or self._get_unknown_sender()
        customer = contact.commercial_partner_id
        documents, named_remarks = self._choose_documents(customer, **named)
        return {
            **values,
            **documents,
            "partner_id": customer.id,
            "contact_id": contact.id if contact != customer else False,
            "type_id": self._get_intake_type(team, company).id,
        }, [*remarks, *named_remarks]

    @api.model
    def _get_unknown_sender(self):
        """The contact that stands for whoever does not say who he is."""
        return self.env.ref("quality_complaint.partner_unknown_sender", raise_if_not_found=False) or self.env["res.partner"].create(
            {"name": self.env._("Unknown Sender"), "active": False},
        )

    @api.model
    def _get_intake_type(self, team, company):
        """The first type that this team is responsible for, else the first of all."""
        Type = self.env["quality.complaint.type"]
        of_company = Domain("company_id", "in", (False, company.id))
        return (
            (team and Type.search(of_company & Domain("team_id", "=", team.id), limit=1))
            or Type.search(of_company, limit=1)
            or Type.with_context(active_test=False).search(of_company, limit=1)  # rather an archived one than no complaint
        )

    @api.model
    def _find_named_documents(self, text, company):
        """The orders, deliveries and lots of the company whose number the text names, in one indexed query each."""
        named = {"orders": self.env["sale.order"], "pickings": self.env["stock.picking"], "lots": self.env["stock.lot"]}
        tokens = find_tokens(text)
        if not tokens:
            return named
        # upper and lower case are one; each of them is looked up in the trigram index
        by_name = Domain.OR(Domain("name", "=ilike", token.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")) for token in tokens)
        domains = {
            "orders": Domain("company_id", "=", company.id),
            "pickings": Domain("company_id", "=", company.id) & Domain("picking_type_code", "in", ("outgoing", "dropship")),
            "lots": Domain("company_id", "in", (False, company.id)),
        }
        # whose they are is asked next; who writes has no rights here
        return {kind: model.sudo().search(by_name & domains[kind], limit=len(tokens)) for kind, model in named.items()}

    @api.model
    def _choose_documents(self, customer, orders, pickings, lots):
        """The order and the delivery that it is about, if there is one of each that is the customer's; and all the rest in words."""
        own_orders = orders.filtered(lambda order: order.partner_id.commercial_partner_id == customer)
        own_pickings = pickings.filtered(lambda picking: picking._is_delivered_to(customer))
        remarks = [
            self.env._(
                "It names %(document)s, which is of another customer: %(customer)s. It is not linked.",
                document=document.name, customer=document.partner_id.commercial_partner_id.display_name,
            )
            for document in [*(orders - own_orders), *(pickings - own_pickings)]
        ]
        remarks.extend(
            self.env._("It names %s, which is not a confirmed order. It is not linked.", order.name)
            for order in own_orders if order.state != "sale"
        )
        remarks.extend(
            self.env._("It names %s, which has not left yet. It is not linked.", picking.name)
            for picking in own_pickings if not picking.move_ids._filter_delivered()
        )
        own_orders = own_orders.filtered(lambda order: order.state == "sale")
        own_pickings = own_pickings.filtered(lambda picking: picking.move_ids._filter_delivered())
        of_lots = self._find_lot_deliveries(customer, lots)
        remarks.extend(
            self.env._("It names lot %(lot)s, delivered with %(deliveries)s.", lot=lot.display_name, deliveries=", ".join(found.mapped("name")))
            for lot, found in of_lots.items()
        )
        of_order = (own_orders if len(own_orders) == 1 else own_orders.browse()).picking_ids.filtered(
            lambda picking: picking.move_ids._filter_delivered() and picking._is_delivered_to(customer),
        )
        picking = own_pickings or self.env["stock.picking"].union(*of_lots.values()) or of_order
        order = own_orders or picking.sale_id.filtered(
            lambda order: order.state == "sale" and order.partner_id.commercial_partner_id == customer,
        )
        for several in (own_orders, own_pickings):
            if len(several) > 1:
                remarks.append(self.env._("It names several: %s. Choose the one that it is about.", ", ".join(several.mapped("name"))))
        return {
            "sale_order_id": order.id if len(order) == 1 else False,
            "picking_id": picking.id if len(picking) == 1 else False,
        }, remarks

    @api.model
    def _find_lot_deliveries(self, customer, lots):
        """The deliveries of each of the lots to that customer: ``{lot: pickings}``, without the lots that he never got."""
        if not lots:
            return {}
        MoveLine = self.env["stock.move.line"].sudo()
        of_customer = Domain.OR(
            Domain(f"{path}.commercial_partner_id", "=", customer.id) for path in ("picking_id.partner_id", "picking_id.sale_id.partner_id")
        )
        moved = MoveLine.search(Domain("lot_id", "in", lots.ids) & MoveLine._get_delivered_domain() & of_customer, limit=100)
        return {lot: lines.picking_id for lot, lines in moved.grouped("lot_id").items()}

    def _get_intake_record(self):
        """What is written about a merged complaint is about the one that is kept."""
        return self.merged_into_id or self

    # ------------------------------------------------------------ what the customer writes later
    def _get_mail_reader(self):
        _summary, role = self._get_step() or (False, False)
        return (role and self._get_role_user(role)) or self.handler_id or self.user_id

    def _is_finished(self):
        return self.state in FINISHED_STATES

    # ------------------------------------------------------------ telling him that it has arrived
    def _post_acknowledgement(self, template):
        super()._post_acknowledgement(template)
        self._complete_milestones("acknowledge")

    def _get_acknowledgement_promise(self):
        """By when we mean to answer, in the language of the context, or nothing where no time is set."""
        self.ensure_one()
        reply = self.milestone_ids.filtered(lambda milestone: milestone.step == "reply" and not milestone.date_done)[:1]
        if not reply:
            return ""
        return self.env._(
            "We aim to answer you by %s.", format_date(self.env, self.company_id._get_local_date(reply.date_deadline)),
        )
