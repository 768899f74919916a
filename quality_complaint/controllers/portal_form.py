import math
import re

from odoo.fields import Command
from odoo.tools import format_date, plaintext2html
from odoo.tools.misc import formatLang, get_lang

from .portal_base import MAX_TEXT

MAX_SUBJECT = 200


class PortalForm:
    """What a customer typed to file something about delivered goods, all that is wrong with it, and the values of the record
    that it makes.

    What it may be about is computed anew from the order: only which of it, and how much, is taken from the customer.

    :param order: ``sale.order`` in sudo, one of the customer's, or empty
    :param post: what was sent, a ``werkzeug.datastructures.MultiDict``; empty for a form that is opened
    """

    model = None
    template = None
    page_name = None

    def __init__(self, env, order, post, files=()):
        self.env = env
        self.order = order
        self.files = files
        self.is_sent = bool(post.get("sent"))
        self.description = self._read_text(post.get("description"))
        self.lines = self._read_lines(post)

    @staticmethod
    def _read_text(text):
        """Without what the database can't keep."""
        return (text or "").replace("\0", "").strip()

    def _prepare_sources(self):
        """What it may be about: dictionaries of line values."""
        return self.order.order_line._prepare_complaint_lines()

    def _read_lines(self, post):
        """A row for each delivered line, with what the customer typed beside it."""
        sources = self._prepare_sources()
        only_one = len(sources) == 1
        return [self._read_line(post, source, only_one) for source in sources]

    def _read_line(self, post, source, only_one):
        move = self.env["stock.move"].sudo().browse(source.get("move_id", False))
        lot = self.env["stock.lot"].sudo().browse(source.get("lot_id", False))
        key = f"{source['sale_line_id']}-{move.id or 0}-{lot.id or 0}"
        unit = self.env["uom.uom"].sudo().browse(source["product_uom_id"])
        delivered = formatLang(self.env, source["quantity"], digits=self._count_digits(source["quantity"]))
        return {
            "key": key, "source": source, "unit": unit, "delivered": delivered,
            "product": self.env["product.product"].sudo().browse(source["product_id"]),
            "facts": self._get_facts(lot, delivered, unit, move),
            "checked": key in post.getlist("line") or str(source["sale_line_id"]) == post.get("line_id") or (only_one and not self.is_sent),
            "quantity": self._read_text(post.get(f"quantity_{key}")) or ("1" if source["quantity"] == 1 and not self.is_sent else ""),
        }

    def get_order_label(self):
        return self.env._(
            "Order %(order)s of %(day)s", order=self.order.name,
            day=format_date(self.env, self.order.company_id._get_local_date(self.order.date_order)),
        )

    def _get_facts(self, lot, delivered, unit, move):
        """By which the customer knows which delivery is meant."""
        names = {"quantity": delivered, "unit": unit.name}
        if move:
            names["day"] = format_date(self.env, self.order.company_id._get_local_date(move.date))
        return " · ".join(filter(None, (lot and self.env._("Lot %s", lot.name), self._get_quantity_text(names))))

    def _get_quantity_text(self, names):
        if "day" in names:
            return self.env._("%(quantity)s %(unit)s, delivered on %(day)s", **names)
        return self.env._("%(quantity)s %(unit)s delivered", **names)

    @staticmethod
    def _count_digits(number):
        return len(f"{number:.6f}".rstrip("0").partition(".")[2])

    # ------------------------------------------------------------ what is wrong
    def get_problems(self):
        """All that is wrong, at once: a list of sentences."""
        problems = self._get_line_problems() if self.order else []
        problems += self._get_text_problems()
        if any(len(text) > MAX_TEXT for text in self._get_texts()):
            problems.append(self.env._("A text is too long: %s characters at most. Send the rest as a file.", MAX_TEXT))
        return problems + self.env[self.model]._get_upload_problems(self.files)

    def _get_line_problems(self):
        chosen = self._get_chosen()
        return [
            *([] if chosen else [self._get_nothing_chosen_text()]),
            *(problem for row in chosen if (problem := self._get_quantity_problem(row))),
        ]

    def _get_nothing_chosen_text(self):
        raise NotImplementedError

    def _get_text_problems(self):
        """What is wrong with what was written, but for its length."""
        raise NotImplementedError

    def _get_texts(self):
        """All that may be written at length."""
        return [self.description]

    def _get_quantity_problem(self, row):
        names = {"product": row["product"].display_name, "delivered": row["delivered"], "unit": row["unit"].name}
        quantity = self._read_quantity(row["quantity"])
        if not quantity or row["unit"].compare(quantity, 0) <= 0:
            return self._get_no_quantity_text(names)
        if row["unit"].compare(quantity, row["source"]["quantity"]) > 0:
            return self._get_too_many_text(names)
        return False

    def _get_no_quantity_text(self, names):
        raise NotImplementedError

    def _get_too_many_text(self, names):
        raise NotImplementedError

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
    def _get_chosen(self):
        return [row for row in self.lines if row["checked"]]

    def prepare_values(self, partner, company):
        """Values of the record for what was typed, where nothing of it is wrong."""
        raise NotImplementedError


class PortalComplaintForm(PortalForm):
    model = "quality.complaint"
    template = "quality_complaint.portal_complaint_form"
    page_name = "complaint_new"

    def __init__(self, env, order, post, files=()):
        super().__init__(env, order, post, files)
        self.subject = self._read_text(post.get("subject"))
        self.demands = [text for text in map(self._read_text, post.getlist("demand")) if text]

    def _read_line(self, post, source, only_one):
        row = super()._read_line(post, source, only_one)
        return {**row, "defect": self._read_text(post.get(f"defect_{row['key']}"))}

    # ------------------------------------------------------------ what is wrong
    def _get_nothing_chosen_text(self):
        return self.env._("Choose the product that something is wrong with.")

    def _get_text_problems(self):
        problems = []
        if not self.subject:
            problems.append(self.env._("Write in one sentence what is wrong."))
        if len(self.subject) > MAX_SUBJECT:
            problems.append(self.env._("The sentence that says what is wrong is too long: %s characters at most. Tell the rest below it.", MAX_SUBJECT))
        if not self.demands:
            problems.append(self.env._("Write what you ask us to do."))
        return problems

    def _get_texts(self):
        return [*super()._get_texts(), *self.demands, *(row["defect"] for row in self.lines)]

    def _get_no_quantity_text(self, names):
        return self.env._("%(product)s: write how many of them something is wrong with, as a number up to %(delivered)s.", **names)

    def _get_too_many_text(self, names):
        return self.env._("%(product)s: only %(delivered)s %(unit)s were delivered.", **names)

    # ------------------------------------------------------------ what it makes
    def prepare_values(self, partner, company):
        chosen = [
            {**row["source"], "quantity": self._read_quantity(row["quantity"]), "defect": row["defect"] or self.subject}
            for row in self._get_chosen()
        ]
        return {
            **self.env["quality.complaint"]._prepare_portal_values(partner, company, self.order, chosen),
            "subject": self.subject,
            "description": plaintext2html(self.description) if self.description else False,
            "demand_ids": [Command.create({"name": demand}) for demand in self.demands],
        }
