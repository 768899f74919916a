import math
import re

from odoo.fields import Command
from odoo.tools import format_date, plaintext2html
from odoo.tools.misc import formatLang, get_lang

MAX_SUBJECT = 200
MAX_TEXT = 10000


class PortalComplaintForm:
    """What a customer typed to file a complaint, all that is wrong with it, and the values of the complaint that it makes.

    What may be complained about is computed anew from the order: only which of it, and how much, is taken from the customer.

    :param order: ``sale.order`` in sudo, one of the customer's, or empty
    :param post: what was sent, a ``werkzeug.datastructures.MultiDict``; empty for a form that is opened
    """

    def __init__(self, env, order, post, files=()):
        self.env = env
        self.order = order
        self.files = files
        self.subject = self._read_text(post.get("subject"))
        self.description = self._read_text(post.get("description"))
        self.demands = [text for text in map(self._read_text, post.getlist("demand")) if text]
        self.lines = self._read_lines(post)

    @staticmethod
    def _read_text(text):
        """Without what the database can't keep."""
        return (text or "").replace("\0", "").strip()

    def _read_lines(self, post):
        """A row for each delivered line, with what the customer typed beside it."""
        sources = self.order.order_line._prepare_complaint_lines()
        rows = []
        for source in sources:
            move = self.env["stock.move"].sudo().browse(source.get("move_id", False))
            lot = self.env["stock.lot"].sudo().browse(source.get("lot_id", False))
            key = f"{source['sale_line_id']}-{move.id or 0}-{lot.id or 0}"
            only_one = len(sources) == 1
            unit = self.env["uom.uom"].sudo().browse(source["product_uom_id"])
            delivered = formatLang(self.env, source["quantity"], digits=self._count_digits(source["quantity"]))
            rows.append({
                "key": key, "source": source, "unit": unit, "delivered": delivered,
                "product": self.env["product.product"].sudo().browse(source["product_id"]),
                "facts": self._get_facts(lot, delivered, unit, move),
                "checked": key in post.getlist("line") or str(source["sale_line_id"]) == post.get("line_id") or (only_one and not post.get("sent")),
                "quantity": self._read_text(post.get(f"quantity_{key}")) or ("1" if source["quantity"] == 1 and not post.get("sent") else ""),
                "defect": self._read_text(post.get(f"defect_{key}")),
            })
        return rows

    def get_order_label(self):
        return self.env._(
            "Order %(order)s of %(day)s", order=self.order.name,
            day=format_date(self.env, self.order.company_id._get_local_date(self.order.date_order)),
        )

    def _get_facts(self, lot, delivered, unit, move):
        """By which the customer knows which delivery is meant."""
        names = {"quantity": delivered, "unit": unit.name}
        facts = [self.env._("Lot %s", lot.name)] if lot else []
        if move:
            names["day"] = format_date(self.env, self.order.company_id._get_local_date(move.date))
            facts.append(self.env._("%(quantity)s %(unit)s, delivered on %(day)s", **names))
        else:
            facts.append(self.env._("%(quantity)s %(unit)s delivered", **names))
        return " · ".join(facts)

    @staticmethod
    def _count_digits(number):
        return len(f"{number:.6f}".rstrip("0").partition(".")[2])

    # ------------------------------------------------------------ what is wrong
    def get_problems(self):
        """All that is wrong, at once: a list of sentences."""
        problems = []
        if self.order:
            if not any(row["checked"] for row in self.lines):
                problems.append(self.env._("Choose the product that something is wrong with."))
            problems += [problem for row in self.lines if row["checked"] and (problem := self._get_quantity_problem(row))]
        if not self.subject:
            problems.append(self.env._("Write in one sentence what is wrong."))
        if len(self.subject) > MAX_SUBJECT:
            problems.append(self.env._("The sentence that says what is wrong is too long: %s characters at most. Tell the rest below it.", MAX_SUBJECT))
        if not self.demands:
            problems.append(self.env._("Write what you ask us to do."))
        texts = (self.description, *self.demands, *(row["defect"] for row in self.lines))
        if any(len(text) > MAX_TEXT for text in texts):
            problems.append(self.env._("A text is too long: %s characters at most. Send the rest as a file.", MAX_TEXT))
        return problems + self.env["quality.complaint"]._get_upload_problems(self.files)

    def _get_quantity_problem(self, row):
        names = {"product": row["product"].display_name, "delivered": row["delivered"], "unit": row["unit"].name}
        quantity = self._read_quantity(row["quantity"])
        if not quantity or row["unit"].compare(quantity, 0) <= 0:
            return self.env._("%(product)s: write how many of them something is wrong with, as a number up to %(delivered)s.", **names)
        if row["unit"].compare(quantity, row["source"]["quantity"]) > 0:
            return self.env._("%(product)s: only %(delivered)s %(unit)s were delivered.", **names)
        return False

    def _read_quantity(self, text):
        """A number above zero, with a point or a comma, or grouped as the customer's language groups thousands, else False."""
        language = get_lang(self.env)
        separator = language.thousands_sep
        if separator and re.fullmatch(rf"[1-9]\d{{0,2}}({re.escape(separator)}\d{{3}})+({re.escape(language.decimal_point)}\d*)?", text):
            text = text.replace(separator, "")
        try:
            quantity = float(text.replace(",", "."))
        except ValueError:
            return False
        return quantity if math.isfinite(quantity) and quantity > 0 else False

    # ------------------------------------------------------------ what it makes
    def prepare_values(self, partner, company):
        chosen = [
            {**row["source"], "quantity": self._read_quantity(row["quantity"]), "defect": row["defect"] or self.subject}
            for row in self.lines if row["checked"]
        ]
        return {
            **self.env["quality.complaint"]._prepare_portal_values(partner, company, self.order, chosen),
            "subject": self.subject,
            "description": plaintext2html(self.description) if self.description else False,
            "demand_ids": [Command.create({"name": demand}) for demand in self.demands],
        }
