from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, escape_psql

from ...tools import phone_number as phone

# one switchboard, or one placeholder for a number that nobody knew, can be that of many
MOST_CANDIDATES = 200
MOST_CHOICES = 20
FEWEST_LETTERS_INSIDE = 3


class QualityCaller(models.AbstractModel):
    """Who calls? From a telephone number, an order, a delivery, a lot, a complaint or a name to the customer.

    What his screen shows stands in quality_caller_screen.py. Other addons add what they know with
    `_get_document_sources`, `_get_phone_sources`, `_get_caller_sections` and `_get_caller_buttons`.
    """

    _name = "quality.caller"
    _description = "Caller"

    @api.model
    def look_up(self, text, partner_id=False):
        """All that the caller screen shows for what was typed, or came from the telephone system with ``tel:`` before it.

        :param partner_id: who it is, where it was chosen from several
        :return: a dictionary with ``kind`` (``empty``, ``customer``, ``choices``, ``unknown``) and what belongs to it
        :raises AccessError: the user may not file complaints
        """
        self._check_reporter()
        text = str(text or "").replace("\0", "").strip()
        found = self._find(text)
        partner = self.env["res.partner"].with_context(active_test=False).search([("id", "=", partner_id)]) if partner_id else None
        # who was chosen, or has just been created, is known whatever was typed
        result = {"message": found["message"] if found["partners"] or not partner else False, "number": found["number"]}
        if partner or len(found["partners"].commercial_partner_id) == 1:
            return {**result, "kind": "customer", **self._get_screen(partner or found["partners"], found["documents"])}
        if found["partners"]:
            return {
                **result, "kind": "choices", "has_more": len(found["partners"]) > MOST_CHOICES,
                "choices": [self._get_choice(choice) for choice in found["partners"][:MOST_CHOICES]],
            }
        return {
            **result, "kind": "unknown" if text else "empty", "rows": found["rows"], "create": found["create"],
            "can_create": self.env["res.partner"].has_access("create"),
        }

    @api.model
    def _check_reporter(self):
        if not self.env.user.has_group("quality_complaint.group_reporter"):
            raise AccessError(self.env._(
                "Callers are looked up by who may file complaints: that takes the right «%s».",
                self.env.ref("quality_complaint.group_reporter").sudo().full_name,
            ))

    @api.model
    def _find(self, text):
        """Whom the text leads to, by the first road that leads anywhere: telephone number, document, name.

        :return: dictionary of ``partners`` (the surest first), ``documents`` ({model: ids} that the text names), ``number`` (if
            it is one), ``message``, ``create`` (values of a new customer) and ``rows`` (what nobody known left behind)
        """
        found = {"partners": self.env["res.partner"], "documents": {}, "number": False, "message": False, "create": {}, "rows": []}
        if not text:
            return found
        number, by_telephone = phone.clean_phone(text), bool(phone.PREFIX.match(text))
        if phone.is_phone(text):
            found.update(self._find_by_phone(number), number=number)
        elif by_telephone:
            return {**found, "message": self.env._(
                "The telephone system sent «%s», which is no number. Ask for the name, the order or the delivery.", number,
            )}
        else:
            found["create"] = {"name": text}
        if not found["partners"] and not number.startswith("+"):
            found.update(self._find_by_document(number if by_telephone else text))
        if not found["partners"] and not found["number"]:
            found["partners"] = self._find_by_name(text)
        if not found["partners"]:
            found["message"] = found["message"] or (
                self.env._("Unknown number: %s", number) if found["number"] else self.env._("Nobody and nothing found for «%s».", text)
            )
        return found

    # ------------------------------------------------------------ by telephone number
    @api.model
    def _find_by_phone(self, number):
        partners, rank = self._search_phone(self.env["res.partner"].with_context(active_test=False), "phone", number)
        if not partners:
            partners, rank = self._search_phone_sources(number)
        return {"partners": partners, "create": {"phone": number}, "message": rank == phone.LIKELY and self.env._(
            "The number on record is similar, not the same. Please ask who is calling.",
        )}

    @api.model
    def _search_phone_sources(self, number):
        """The partners who called from that number before, as `_search_phone` has them: of all that was written down, the surest."""
        found = []
        for model, column, paths in self._get_phone_sources():
            # who calls is known by what a colleague wrote down, too; the records themselves stay his
            records, rank = self._search_phone(self.env[model].sudo(), column, number, self._get_company_domain())
            if partners := self._get_readable(self._get_partners(records, paths)):
                found.append((rank, partners))
        best = min((rank for rank, _partners in found), default=None)
        return self.env["res.partner"].union(*(partners for rank, partners in found if rank == best)), best

    @api.model
    def _get_phone_sources(self):
        """Where numbers of people stand who are no contacts: (model, field, paths to the customer, the best first).

        The field needs an index, as ``_phone_keys`` of quality.complaint.
        """
        return [("quality.complaint", "partner_phone", ("contact_id", "partner_id"))]

    @api.model
    def _search_phone(self, records, column, number, domain=Domain.TRUE):
        """The records of the model with that number: (records, how sure that is). Only the surest; in use before archived."""
        wanted = phone.read_phones(number)
        query = records._search(domain & Domain(column, "!=", False))
        query.add_where(phone.get_phone_condition(SQL.identifier(records._table, column), number))
        has_active = "active" in records._fields
        query.order = SQL("active DESC, id DESC" if has_active else "id DESC")
        query.limit = MOST_CANDIDATES
        candidates = self.env.execute_query(query.select(
            SQL.identifier(records._table, "id"), SQL.identifier(records._table, column),
            SQL.identifier(records._table, "phone_sanitized"), SQL("active" if has_active else "TRUE"),
        ))
        # of several, one of the company's country comes before those of others
        dialled = {records._phone_format(number=digits) for digits in wanted} - {False} if len(candidates) > 1 else set()
        extension = phone.read_extension(number)
        ranked = [
            ((rank, not active, bool(extension) and phone.read_extension(text) != extension), record_id)
            for record_id, text, sanitized, active in candidates
            if (rank := phone.rank_phone(wanted, dialled, text, sanitized)) is not None
        ]
        if not ranked:
            return records.browse(), None
        best, _record_id = min(ranked)
        return records.browse(record_id for found, record_id in ranked if found == best), best[0]

    # ------------------------------------------------------------ by document
    @api.model
    def _get_document_sources(self):
        """What customers name by its number: {model: (fields, which of them, paths to the customer, the best first)}.

        The fields need a trigram index.
        """
        delivered = self.env["stock.move.line"]._get_delivered_domain()
        return {
            "sale.order": (("name", "client_order_ref"), Domain.TRUE, ("partner_id",)),
            "stock.picking": (("name", "carrier_tracking_ref"), Domain.TRUE, ("partner_id", "sale_id.partner_id")),
            "stock.move.line": (("lot_id.name",), delivered, ("picking_id.partner_id", "picking_id.sale_id.partner_id")),
            "quality.complaint": (("name",), Domain.TRUE, ("contact_id", "partner_id")),
        }

    @api.model
    def _find_by_document(self, text):
        """Customers of the documents with that number; with the end of it, where no number is the whole text."""
        patterns = [escape_psql(text)]
        if text.isdecimal() and len(text) >= FEWEST_LETTERS_INSIDE:
            patterns.append(f"%{patterns[0]}")
        for pattern in patterns:
            partners, documents = self.env["res.partner"], {}
            for model, (names, domain, paths) in self._get_document_sources().items():
                # who names the number of an order is its customer; what is in it shows to those only who may read it
                records = self.env[model].sudo().search(
                    Domain.OR(Domain(name, "=ilike", pattern) for name in names) & domain & self._get_company_domain(),
                    limit=MOST_CANDIDATES,
                )
                if found := self._get_readable(self._get_partners(records, paths)):
                    partners |= found
                    documents[model] = records.ids
            if partners:
                return {"partners": partners, "documents": documents, "number": False}
        return {}

    # ------------------------------------------------------------ by name
    @api.model
    def _find_by_name(self, text):
        """Customers by their name, reference, tax ID or e-mail address; who is called exactly so comes first."""
        pattern = escape_psql(text)
        if len(text) < FEWEST_LETTERS_INSIDE:
            # two letters are nothing to look for inside of a name
            named = Domain("name", "=ilike", f"{pattern}%") | Domain("name", "=ilike", f"% {pattern}%")
        else:
            named = Domain("name", "=ilike", f"%{pattern}%")
        domain = named | Domain("ref", "=", text) | Domain("vat", "=", text)
        if "@" in text:
            domain = Domain("email_normalized", "=", text.lower())
        partners = self.env["res.partner"].search_fetch(domain, ["name", "is_company"], limit=MOST_CANDIDATES)
        return partners.sorted(lambda partner: (partner.name or "").casefold() != text.casefold())

    # ------------------------------------------------------------ helpers
    @api.model
    def _get_company_domain(self):
        """What is looked up for who may not read it is of his companies all the same."""
        return Domain("company_id", "in", self.env.companies.ids)

    @api.model
    def _get_partners(self, records, paths):
        """Of each record the first partner that one of the paths leads to."""
        return self.env["res.partner"].union(*(
            next(filter(None, (record.mapped(path) for path in paths)), self.env["res.partner"]) for record in records
        ))

    @api.model
    def _get_readable(self, partners):
        return partners.sudo(False)._filtered_access("read")

    @api.model
    def _get_choice(self, partner):
        customer = partner.commercial_partner_id
        return {
            "id": partner.id, "name": partner.name or partner.display_name, "company": customer.name if customer != partner else False,
            "details": [detail for detail in (partner.function, partner.city or customer.city, partner.phone, partner.email) if detail],
            "archived": not partner.active,
        }
