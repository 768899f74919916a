from odoo.addons.quality_complaint.controllers.portal_form import PortalForm


class PortalReturnForm(PortalForm):
    """Without an order it is about goods that we did not deliver: the customer says in words what they are."""

    model = "return.order"
    template = "return_repair.portal_return_form"
    page_name = "return_new"

    def __init__(self, env, order, post, files=()):
        super().__init__(env, order, post, files)
        Return = env[self.model]
        self.reasons = Return._get_portal_reasons()
        self.reason = self._choose(self.reasons, post.get("reason_id"))
        self.addresses = Return._get_portal_addresses(env.user.partner_id)
        self.address = self._choose(self.addresses, post.get("pickup_address_id")) or self.addresses[:1]
        self.collections = [(name, label) for name, label in Return._get_portal_collections().items() if name != "pickup" or self.addresses]
        self.collection = post.get("collection") if self.is_sent else self.collections[0][0]
        self.goods = self._read_text(post.get("goods"))

    @staticmethod
    def _choose(records, record_id):
        """That of the records, or an empty recordset where it is none of them."""
        return records.filtered(lambda record: str(record.id) == record_id)

    def _prepare_sources(self):
        return self.order._prepare_portal_returnable()

    def _read_line(self, post, source, only_one):
        row = super()._read_line(post, source, only_one)
        return {**row, "wish": post.get(f"wish_{row['key']}"), "note": self._read_text(post.get(f"note_{row['key']}"))}

    def _get_quantity_text(self, names):
        if "day" in names:
            return self.env._("%(quantity)s %(unit)s can come back, delivered on %(day)s", **names)
        return self.env._("%(quantity)s %(unit)s can come back", **names)

    def get_wishes(self):
        return self.env["return.order.line"]._fields["wish"]._description_selection(self.env)

    def get_address_label(self, address):
        return self.env[self.model]._get_address_line(address)

    # ------------------------------------------------------------ what is wrong
    def _get_nothing_chosen_text(self):
        return self.env._("Choose the product that you want to return.")

    def _get_line_problems(self):
        wishes = dict(self.get_wishes())
        return super()._get_line_problems() + [
            self.env._("%s: choose what you want for it.", row["product"].display_name)
            for row in self._get_chosen() if row["wish"] not in wishes
        ]

    def _get_text_problems(self):
        problems = []
        if not self.order and not self.goods:
            problems.append(self.env._("Write what it is that you want to have repaired."))
        if not self.reason:
            problems.append(self.env._("Choose the reason."))
        if self.collection not in dict(self.collections):
            problems.append(self.env._("Choose how it comes to us."))
        return problems

    def _get_texts(self):
        return [*super()._get_texts(), self.goods, *(row["note"] for row in self.lines)]

    def _get_no_quantity_text(self, names):
        return self.env._("%(product)s: write how many you want to return, as a number up to %(delivered)s.", **names)

    def _get_too_many_text(self, names):
        return self.env._("%(product)s: only %(delivered)s %(unit)s can still come back.", **names)

    # ------------------------------------------------------------ what it makes
    def prepare_values(self, partner, company):
        chosen = [
            {**row["source"], "quantity": self._read_quantity(row["quantity"]), "wish": row["wish"], "note": row["note"]}
            for row in self._get_chosen()
        ]
        description = "\n\n".join(filter(None, (self.goods if not self.order else "", self.description)))
        return {
            **self.env[self.model]._prepare_portal_values(partner, company, self.order, chosen, self.reason, description),
            "collection": self.collection,
            "pickup_address_id": self.address.id if self.collection == "pickup" else False,
        }
