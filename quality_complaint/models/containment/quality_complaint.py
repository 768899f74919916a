from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL, email_normalize

from ..capa.quality_capa import UNFINISHED_STATES
from ..complaint.quality_complaint import FINISHED_STATES

# only the buttons of the containment and the mails to the customers set these
CONTAINMENT_FIELDS = {"parent_id", "contained_partner_key", "customer_told_on"}


class QualityComplaint(models.Model):
    """What is wrong with a lot is wrong at all who got it: one complaint for each of those customers, below the one that
    brought it up, and one action for what is in own stock.

    Each of them is a complaint of its own, with its own deadlines; closing the first one does not wait for the others.
    """

    _inherit = "quality.complaint"

    parent_id = fields.Many2one(
        "quality.complaint", "Containment Of", readonly=True, copy=False, index="btree_not_null", ondelete="restrict",
        check_company=True, tracking=True, help="The complaint that brought up what this customer's goods of the same lot may have.",
    )
    child_ids = fields.One2many("quality.complaint", "parent_id", "Same-Lot Complaints", readonly=True)
    # not a link to the customer: when two customers are merged, core deletes what a unique link would make double
    contained_partner_key = fields.Integer("Customer of the Containment", readonly=True, copy=False)
    customer_told_on = fields.Datetime(
        readonly=True, copy=False, help="When the first message of the containment went to the customer.",
    )
    same_lot_child_count = fields.Integer("Same-Lot Complaints Filed", compute="_compute_same_lot_child_count")
    has_lot = fields.Boolean(compute="_compute_containment")
    same_lot_count = fields.Integer("Same-Lot Customers", compute="_compute_containment")
    same_lot_filed_count = fields.Integer("Same-Lot Customers Filed", compute="_compute_containment")
    same_lot_told_count = fields.Integer("Same-Lot Customers Told", compute="_compute_containment")
    same_lot_goods = fields.Json(
        compute="_compute_same_lot_goods", compute_sudo=True,
        help="What the customer is warned about, {product: [in words, for each lot]}: all that is still at his place, whatever he complained about.",
    )

    # a cancelled one does not keep the customer's own complaint from taking its place
    _contained_once = models.UniqueIndex(
        "(parent_id, contained_partner_key) WHERE parent_id IS NOT NULL AND state != 'cancel'",
        "This customer has a complaint of this containment already. Open the list again.",
    )

    @api.depends("line_ids.lot_id", "child_ids.customer_told_on", "commercial_partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_containment(self):
        """Counts the customers who have something of the lots now, or for whom a complaint is filed already."""
        self.has_lot = self.same_lot_count = self.same_lot_filed_count = self.same_lot_told_count = 0
        complaints = self.filtered("line_ids.lot_id")
        complaints.has_lot = True
        handled = complaints.filtered(lambda complaint: complaint._has_role("handler") and not complaint.parent_id)
        for company, of_company in handled.grouped("company_id").items():
            # who handles a complaint contains it, whatever stock and complaints of others he may read
            having = self.env["quality.lot.trace"]._get_customers_having(
                {complaint: complaint.sudo().line_ids.lot_id for complaint in of_company}, company,
            )
            for complaint in of_company:
                children = complaint.sudo().child_ids
                filed = children.commercial_partner_id
                complaint.same_lot_count = len((having[complaint] | set(filed.ids)) - set(complaint.commercial_partner_id.ids))
                complaint.same_lot_filed_count = len(filed)
                complaint.same_lot_told_count = len(children.filtered("customer_told_on").commercial_partner_id)

    @api.depends("line_ids", "parent_id.line_ids.lot_id")
    @api.depends_context("lang")
    def _compute_same_lot_goods(self):
        texts = {}
        for parent, children in self.grouped("parent_id").items():
            still = self.env["quality.lot.trace"]._get_quantities_still_at(
                parent.line_ids.lot_id, parent.company_id, children.commercial_partner_id,
            ) if parent else {}
            lots = self.env["stock.lot"].browse({lot_id for quantities in still.values() for lot_id in quantities}).grouped("id")
            for complaint in children:
                goods = [
                    (lots[lot_id].product_id, lots[lot_id], quantity, lots[lot_id].product_id.uom_id)
                    for lot_id, quantity in still.get(complaint.commercial_partner_id.id, {}).items()
                ] or [(line.product_id, line.lot_id, line.quantity, line.product_uom_id) for line in complaint.line_ids]
                texts[complaint] = {}
                for product, lot, quantity, unit in goods:
                    texts[complaint].setdefault(product.name, []).append(self._get_goods_text(product, lot, quantity, unit))
        for complaint in self:
            complaint.same_lot_goods = texts[complaint]

    @api.model
    def _get_goods_text(self, product, lot, quantity, unit):
        """What the customer is warned about, in words for him."""
        names = {"product": product.display_name, "lot": lot.name, "quantity": f"{quantity:.12g}", "unit": unit.name}
        if lot:
            return self.env._("%(product)s, lot %(lot)s: %(quantity)s %(unit)s", **names)
        return self.env._("%(product)s: %(quantity)s %(unit)s", **names)

    @api.depends("child_ids")
    def _compute_same_lot_child_count(self):
        counts = dict(self._read_group([("parent_id", "in", self._origin.ids)], ["parent_id"], ["__count"]))
        for complaint in self:
            complaint.same_lot_child_count = counts.get(complaint._origin, 0)

    @api.constrains("parent_id")
    def _check_parent_id(self):
        """A containment has one complaint at its head, not a tree."""
        for complaint in self.filtered("parent_id").sudo():
            if complaint.parent_id.parent_id or complaint.child_ids or complaint.parent_id == complaint:
                raise ValidationError(self.env._(
                    "%(complaint)s can't be part of the containment of %(parent)s: one of them belongs to another containment.",
                    complaint=complaint.name, parent=complaint.parent_id.name,
                ))

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | CONTAINMENT_FIELDS

    # ------------------------------------------------------------ the list
    def action_view_same_lot(self):
        """Where else the lots of this complaint are."""
        self.ensure_one()
        return self._action_same_lot(self.line_ids.lot_id)

    def _action_same_lot(self, lots):
        self.ensure_one()
        self._check_contain()
        return self.env["quality.containment"]._action_open(lots, self.company_id, self)

    def _get_contain_refusal(self):
        """Why this user can't contain what this complaint is about, or False."""
        self.ensure_one()
        if not self._has_role("handler"):
            return self.env._("Where else the goods of %s are is for those who handle it.", self.name)
        if self.sudo().parent_id:
            return self.env._(
                "%(complaint)s is part of the containment of %(parent)s. Go on there.",
                complaint=self.name, parent=self.sudo().parent_id.name,
            )
        return False

    def _check_contain(self):
        self.check_access("write")
        if refusals := [refusal for complaint in self if (refusal := complaint._get_contain_refusal())]:
            raise UserError("\n".join(refusals))

    def _begin_containing(self):
        """Whoever acts for this complaint at the same time comes to a row that has changed, begins anew, and finds what is there."""
        self.ensure_one()
        self._check_contain()
        self._check_not_finished()
        self.env.cr.execute(SQL("UPDATE quality_complaint SET write_date = write_date WHERE id = %s", self.id))

    def action_view_children(self):
        self.ensure_one()
        return {
            **self._action_view([("parent_id", "=", self.id)]),
            "display_name": self.env._("Same-Lot Complaints of %s", self.name),
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
        }

    def _action_view_contained(self, parent):
        """The window of these complaints of the containment of ``parent``."""
        return {**parent.action_view_children(), "domain": [("id", "in", self.ids)]}

    # ------------------------------------------------------------ the other customers
    def _find_contained(self, customers, lots):
        """{commercial partner: his complaint}: that of this containment, else one of his own about the lots that is not finished,
        else a cancelled one of this containment.

        Found whatever the user may read: a customer who complained already must not be filed a second time.
        """
        self.ensure_one()
        found = self.sudo().search(
            Domain("company_id", "=", self.company_id.id) & Domain("commercial_partner_id", "in", customers.ids)
            & Domain("id", "!=", self.id) & (
                Domain("parent_id", "=", self.id)
                | Domain("line_ids.lot_id", "in", lots.ids) & Domain("state", "not in", FINISHED_STATES)
            ), order="id desc",
        ).sorted(lambda complaint: (complaint.state != "cancel", complaint.parent_id.id == self.id))
        return {complaint.commercial_partner_id.with_env(self.env): complaint.with_env(self.env) for complaint in found}

    def _file_contained(self, values_by_customer, lots):
        """The complaints of these customers in this containment: those that are there, and new ones for the others.

        :param dict values_by_customer: {commercial partner: values of the complaint}
        """
        self._begin_containing()
        customers = self.env["res.partner"].union(*values_by_customer)
        present = self._find_contained(customers, lots)
        missing = [customer for customer in customers if customer not in present]
        filed = self.with_company(self.company_id).create([values_by_customer[customer] for customer in missing])
        # what a customer has complained about himself belongs to the containment from now on
        own = self.browse(complaint.id for complaint in present.values()).filtered(
            lambda complaint: not (complaint.sudo().parent_id or complaint.sudo().child_ids),
        )
        for complaint in filed | own:
            complaint._write_system({"parent_id": self.id, "contained_partner_key": complaint.sudo().commercial_partner_id.id})
        for customer, complaint in present.items():
            complaint._add_contained_lines(self, [values for _command, _id, values in values_by_customer[customer]["line_ids"]])
        filed._schedule_step()
        for complaint in filed:
            complaint._notify_users(
                complaint.user_id - self.env.user,
                lambda complaint: (
                    complaint.env._("Found by us: %s", complaint.display_name),
                    complaint.env._(
                        "Goods of the same lot are at %s. Please speak with the customer, complete the complaint and submit it.",
                        complaint.partner_id.name,
                    ),
                ),
            )
        return filed | self.browse(complaint.id for complaint in present.values())

    def _add_contained_lines(self, parent, lines):
        """What was found since of other lots joins the customer's complaint of the containment, and he has to be told anew.

        :param list lines: dictionaries of ``quality.complaint.line`` values
        """
        self.ensure_one()
        complaint = self.sudo()  # who contains need not read the complaint of each customer
        lots = complaint.line_ids.lot_id
        new = [line for line in lines if line["lot_id"] not in lots.ids]
        if not new or complaint.parent_id != parent or complaint.state in FINISHED_STATES:
            return
        # of a delivery that is complained about without a lot, these goods may be counted already
        without_lot = complaint.line_ids.filtered(lambda line: not line.lot_id).product_id
        for line in new:
            if line["product_id"] in without_lot.ids:
                line.update({"move_id": False, "sale_line_id": False})
        complaint.write({"line_ids": [Command.create(line) for line in new], "customer_told_on": False})
        complaint._message_log(body=self.env._(
            "Added by the containment of %(parent)s: lot %(lots)s", parent=parent.name,
            lots=", ".join((complaint.line_ids.lot_id - lots).mapped("name")),
        ))

    def _prepare_contained_values(self, customer, lines, findings):
        """Values of the complaint for another customer who got the same goods.

        :param list lines: dictionaries of ``quality.complaint.line`` values
        :param list findings: what of it is where, in sentences
        """
        self.ensure_one()
        # who handles a complaint need not read users, deliveries and orders
        seller = customer.sudo().user_id
        moves = self.env["stock.move"].sudo().browse({line["move_id"] for line in lines if line.get("move_id")})
        orders = moves.sale_line_id.order_id.filtered(
            lambda order: order.state == "sale" and order.partner_id.commercial_partner_id == customer,
        )
        pickings = moves.picking_id
        contact = (orders or pickings).partner_id
        is_contact = len(contact) == 1 and contact != customer and contact.commercial_partner_id == customer
        is_one_delivery = len(pickings) == 1 and all(line.get("move_id") for line in lines)
        return {
            "subject": self.subject, "company_id": self.company_id.id, "channel": "internal",
            "partner_id": customer.id, "contact_id": contact.id if is_contact else False,
            "user_id": (seller if self._is_employee(seller) else self.env.user).id,
            "type_id": self.type_id.id, "urgency": self.urgency, "severity": self.severity,
            "team_id": self.team_id.id, "handler_id": self.handler_id.id,
            "sale_order_id": orders.id if is_one_delivery and len(orders) == 1 else False,
            "picking_id": pickings.id if is_one_delivery else False,
            "description": Markup("<p>%s</p><ul>%s</ul>") % (
                self.env._("We found this ourselves while handling %s. Still at the customer:", self.name),
                Markup().join(Markup("<li>%s</li>") % finding for finding in findings),
            ),
            "line_ids": [Command.create(line) for line in lines],
        }

    # ------------------------------------------------------------ own stock
    def _plan_stock_actions(self, values_by_lot):
        """The actions that block these lots in own stock: those that are not finished, and new ones for the others.

        :param dict values_by_lot: {lot: values of the action}
        """
        self._begin_containing()
        Capa = self.env["quality.capa"]
        lots = self.env["stock.lot"].union(*values_by_lot)
        # one that this user may not see is there all the same
        present = Capa.sudo().search([
            ("complaint_id", "=", self.id), ("lot_id", "in", lots.ids), ("state", "in", UNFINISHED_STATES),
        ])
        planned = Capa.create([values_by_lot[lot] for lot in lots - present.lot_id])
        present = present.with_env(self.env)
        return present | planned

    # ------------------------------------------------------------ told
    def _message_post_after_hook(self, message, msg_values):
        super()._message_post_after_hook(message, msg_values)
        self._note_told(message, message.partner_ids)

    def _message_mail_after_hook(self, mails):
        super()._message_mail_after_hook(mails)
        leaving = mails.filtered(lambda mail: mail.state not in ("cancel", "exception")).grouped("res_id")
        for complaint in self:
            for mail in leaving.get(complaint.id, ()):
                complaint._note_told(mail.mail_message_id, mail.recipient_ids)

    def _note_told(self, message, recipients):
        """A customer of a containment is told when one of us has written to him or to the address on the complaint; a note,
        or what he writes to his own people, tells nobody."""
        complaint, message = self.sudo(), message.sudo()
        is_ours = message.author_id and not (message.is_internal or message.subtype_id.internal or message.author_id.partner_share)
        if not complaint.parent_id or complaint.customer_told_on or not is_ours:
            return
        address = email_normalize(complaint.partner_email)
        if any(
            recipient.commercial_partner_id == complaint.commercial_partner_id or recipient.email_normalized == address
            for recipient in recipients.sudo().filtered("email_normalized")
        ):
            self._write_system({"customer_told_on": fields.Datetime.now()})

    def _action_tell(self):
        """The mail composer with one separate mail for each of these customers, in his language."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write to the Customers (%s)", len(self)),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "mass_mail",
                "default_template_id": self.env.ref("quality_complaint.mail_template_same_lot").id,
                "default_email_layout_xmlid": "mail.mail_notification_layout_with_responsible_signature",
                # who wants no advertising is warned all the same
                "default_use_exclusion_list": False,
            },
        }
