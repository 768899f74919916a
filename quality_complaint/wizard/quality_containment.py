from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .quality_containment_line import PLACES

# who has no address is named, up to so many
NAMED_WITHOUT_EMAIL = 20


class QualityContainment(models.TransientModel):
    """Where the goods of some lots are, as it was when the list was opened, and what is done about it.

    The rows are written by one statement out of stock's own records, whatever their number; who opens the list needs
    no right to those, only to handle the complaint.
    """

    _name = "quality.containment"
    _description = "Where Else Is This Lot?"

    complaint_id = fields.Many2one("quality.complaint", readonly=True, ondelete="cascade")
    lot_ids = fields.Many2many("stock.lot", string="Lots", readonly=True)
    line_ids = fields.One2many("quality.containment.line", "containment_id", readonly=True)
    customer_line_ids = fields.One2many(
        "quality.containment.line", "containment_id", "Customers", domain=[("place", "=", "customer")],
    )
    stock_line_ids = fields.One2many(
        "quality.containment.line", "containment_id", "Own Stock", domain=[("place", "=", "stock")], readonly=True,
    )
    untraced_line_ids = fields.One2many(
        "quality.containment.line", "containment_id", "Products Without Lots", domain=[("place", "=", "untraced")], readonly=True,
    )
    summary = fields.Text(compute="_compute_summary")
    without_email = fields.Char("No E-mail Address", compute="_compute_summary")
    can_contain = fields.Boolean(compute="_compute_can_contain")
    has_stock = fields.Boolean(compute="_compute_summary")
    has_lots = fields.Boolean(compute="_compute_shown")
    has_path = fields.Boolean(compute="_compute_shown")
    has_owner = fields.Boolean(compute="_compute_shown")

    # ------------------------------------------------------------ computes
    @api.depends("lot_ids")
    def _compute_display_name(self):
        for containment in self:
            lots = ", ".join(containment.lot_ids.mapped("name"))
            containment.display_name = (
                self.env._("Where else is lot %s?", lots) if containment.complaint_id else self.env._("Where is lot %s?", lots)
            )

    @api.depends("complaint_id")
    @api.depends_context("uid")
    def _compute_can_contain(self):
        for containment in self:
            complaint = containment.complaint_id
            containment.can_contain = complaint.can_edit and not complaint._get_contain_refusal() if complaint else False

    @api.depends("line_ids")
    def _compute_shown(self):
        of = {
            containment: counts for containment, *counts in self.env["quality.containment.line"]._read_group(
                [("containment_id", "in", self.ids)], ["containment_id"], ["lot_id:count_distinct", "path:count", "owner_id:count"],
            )
        }
        for containment in self:
            lots, paths, owners = of.get(containment, (0, 0, 0))
            containment.has_lots, containment.has_path, containment.has_owner = lots > 1, bool(paths), bool(owners)

    @api.depends("line_ids")
    @api.depends_context("lang")
    def _compute_summary(self):
        Line = self.env["quality.containment.line"]
        having = Domain("containment_id", "in", self.ids) & Domain("quantity", ">", 0)
        quantities, places = defaultdict(dict), defaultdict(dict)
        for containment, place, is_own, product, quantity in Line._read_group(
            [("containment_id", "in", self.ids)], ["containment_id", "place", "is_own", "product_id"], ["quantity:sum"],
        ):
            quantities[containment, place, is_own][product] = quantity
        for containment, place, is_own, customers, locations in Line._read_group(
            having, ["containment_id", "place", "is_own"], ["partner_id:count_distinct", "location_id:recordset"],
        ):
            places[containment, place, is_own] = {"customers": customers, "locations": locations}
        for containment in self:
            of_place = {place: (quantities[containment, place, False], places[containment, place, False]) for place, _ in PLACES}
            containment.has_stock = bool(of_place["stock"][1])
            containment.summary = "\n".join(filter(None, (
                containment._get_customers_sentence(*of_place["customer"], quantities[containment, "customer", True]),
                containment._get_stock_sentence(*of_place["stock"]),
                containment._get_untraced_sentence(of_place["untraced"][0]),
            ))) if containment._has_moved() else self.env._(
                "%s never moved: nothing of it was received, made or delivered.", containment._get_lot_names(),
            )
            silent = Line.search(
                having & Domain("containment_id", "=", containment.id) & Domain("partner_id.email", "=", False)
                & Domain("place", "=", "customer") & Domain("is_own", "=", False) & Domain("partner_id", "!=", False),
                limit=NAMED_WITHOUT_EMAIL,
            ).filtered(lambda line: not line.partner_email)
            containment.without_email = ", ".join(silent.partner_id.mapped("display_name")) or False

    def _get_lot_names(self):
        return self.env._("Lot %s", ", ".join(self.lot_ids.mapped("name")))

    def _has_moved(self):
        # see the class
        return bool(self.env["stock.move.line"].sudo().search_count(
            [("lot_id", "in", self.lot_ids.ids), ("state", "=", "done")], limit=1,
        )) or bool(self.line_ids)

    @api.model
    def _format_quantities(self, quantities):
        """In words, out of {product: quantity}: "12 Units of Drill, 3 m of Cable"."""
        return ", ".join(
            self.env._(
                "%(quantity)s %(unit)s of %(product)s",
                quantity=f"{quantity:.12g}", unit=product.uom_id.name, product=product.display_name,
            )
            for product, quantity in quantities.items() if quantity
        )

    def _get_customers_sentence(self, others, having, own):
        """How much is at how many customers, or why there is none."""
        names = {
            "lots": self._get_lot_names(), "quantity": self._format_quantities(others), "customers": having.get("customers", 0),
        }
        if not (others or own):
            return self.env._("%(lots)s has not left.", **names)
        if not others:
            return self.env._("%(lots)s went to no other customer.", **names)
        if not having:
            return self.env._("All that other customers got of it has come back.")
        if not self.complaint_id:
            return self.env._("At customers: %(quantity)s, at %(customers)s of them.", **names)
        if having["customers"] == 1:
            return self.env._("One other customer still has %(quantity)s.", **names)
        return self.env._("%(customers)s other customers still have %(quantity)s.", **names)

    def _get_stock_sentence(self, quantities, having):
        if not having:
            return self.env._("Nothing of it is in own stock.")
        return self.env._(
            "In own stock: %(quantity)s, at %(places)s.",
            quantity=self._format_quantities(quantities), places=", ".join(having["locations"].mapped("display_name")),
        )

    def _get_untraced_sentence(self, quantities):
        return quantities and self.env._(
            "%(quantity)s went into products that carry no lot. Those can't be followed further.",
            quantity=self._format_quantities(quantities),
        )

    # ------------------------------------------------------------ CRUD
    def write(self, vals):
        """Only what is ticked is the user's to change; the rest is how it was found."""
        if not self.env.su and vals.keys() - {"customer_line_ids"}:
            raise AccessError(self.env._("This list shows what was found. Only the ticks can be changed."))
        return super().write(vals)

    @api.model
    def _action_open(self, lots, companies, complaint=None):
        """The window that says where the lots are, for who may see that of these companies.

        :param complaint: the one that brought it up; its buttons stand in the window then
        :raises UserError: no lot is known
        """
        if not lots:
            raise UserError(self.env._("No lot or serial number is known here, so its way can't be followed."))
        # the rows are nobody's to write by hand; the rules show them to who opened the list
        containment = self.sudo().create({"complaint_id": complaint and complaint.id, "lot_ids": lots.ids})
        containment._fill(companies)
        return {
            "type": "ir.actions.act_window",
            "name": containment.display_name,
            "res_model": self._name,
            "res_id": containment.id,
            "views": [(False, "form")],
        }

    def _fill(self, companies):
        """Write the rows, and tick the customers who still have something and were not told yet."""
        self.ensure_one()
        Trace = self.env["quality.lot.trace"]
        self.env.flush_all()  # the statements below read the tables
        edges = Trace._get_production_edges(self.lot_ids, companies)
        paths = Trace._get_paths(self.lot_ids, edges)
        reached = list(paths)
        self.env.execute_query(SQL(
            """
            INSERT INTO quality_containment_line (
                containment_id, create_uid, write_uid, create_date, write_date, place, lot_id, product_id, root_lot_id, path, company_id, partner_id,
                is_own, quantity_shipped, quantity_returned, quantity, date_first, date_last, move_id, picking_ids, delivery_count,
                location_id, owner_id, quantity_reserved, used_in_id, selected
            )
            SELECT %(id)s, %(user)s, %(user)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC',
                   found.place, found.lot_id, lot.product_id, way.root_lot_id, NULLIF(way.path, ''), found.company_id, found.partner_id,
                   COALESCE(found.partner_id = %(customer)s, FALSE), found.shipped, found.returned, found.quantity, found.first_on, found.last_on, found.move_id, found.picking_ids, COALESCE(jsonb_array_length(found.picking_ids), 0),
                   found.location_id, found.owner_id, found.reserved, found.used_in_id,
                   found.place = 'customer' AND found.quantity > 0 AND found.partner_id IS DISTINCT FROM %(customer)s AND found.partner_id IS NOT NULL
            FROM (
                SELECT 'customer' AS place, lot_id, company_id, partner_id, shipped, returned, GREATEST(shipped - returned, 0) AS quantity,
                       first_on, last_on, move_id, picking_ids, NULL::integer AS location_id, NULL::integer AS owner_id, NULL::numeric AS reserved,
                       NULL::integer AS used_in_id
                FROM (%(customers)s) AS at_customers
                UNION ALL
                SELECT 'stock', lot_id, company_id, NULL, NULL, NULL, on_hand, NULL, NULL, NULL, NULL, location_id, owner_id, reserved, NULL
                FROM (%(stock)s) AS in_stock
                UNION ALL
                SELECT 'untraced', lot_id, company_id, NULL, NULL, NULL, quantity, NULL, NULL, NULL, NULL, NULL, NULL, NULL, product_id
                FROM (%(untraced)s) AS in_products
            ) AS found
            JOIN unnest(%(lots)s, %(roots)s, %(paths)s) AS way (lot_id, root_lot_id, path) ON way.lot_id = found.lot_id
            JOIN stock_lot lot ON lot.id = found.lot_id
            """,
            id=self.id, user=self.env.uid, customer=self.complaint_id.commercial_partner_id.id or None,
            customers=Trace._get_customers_query(reached, companies),
            stock=Trace._get_stock_query(reached, companies),
            untraced=Trace._get_untraced_query([lot_id for lot_id in reached if None in edges[lot_id]], companies),
            lots=reached, roots=[(*paths[lot_id], lot_id)[0] for lot_id in reached], paths=self._get_path_texts(paths),
        ))
        self.invalidate_recordset()
        told = self.complaint_id.child_ids.filtered("customer_told_on")
        if told:
            known = {(line.partner_id.commercial_partner_id, line.lot_id) for line in told.line_ids}
            self.line_ids.search([
                ("containment_id", "=", self.id), ("partner_id", "in", told.commercial_partner_id.ids),
            ]).filtered(lambda line: (line.partner_id, line.lot_id) in known).selected = False

    def _get_path_texts(self, paths):
        """In words, for each lot, how something of the lots came into it; empty for those themselves."""
        lots = self.env["stock.lot"].sudo().browse(paths)  # see the class
        used_in = {
            lot.id: self.env._("used in lot %(lot)s of %(product)s", lot=lot.name, product=lot.product_id.display_name)
            for lot in lots if paths[lot.id]
        }
        names = {lot.id: lot.name for lot in self.lot_ids}
        return [
            " › ".join((names[path[0]], *(used_in[lot_id] for lot_id in (*path[1:], last)))) if path else ""
            for last, path in paths.items()
        ]

    # ------------------------------------------------------------ buttons
    def action_file(self):
        """File a complaint for each ticked customer who has none of this containment."""
        return self._file_ticked()._action_view_contained(self.complaint_id)

    def action_write(self):
        """Open the mail composer for the ticked customers; who has no complaint of this containment gets one first."""
        self.ensure_one()
        before = self.complaint_id.child_ids
        present = self._file_ticked()
        # who reads the list learns where it goes on, whatever he may read
        complaints = present.filtered(lambda complaint: complaint.sudo().parent_id == self.complaint_id)
        elsewhere = (present - complaints).sudo()
        filed = complaints - before
        silent = complaints.filtered(lambda complaint: not complaint.partner_email)
        handled = elsewhere and self.env._("Not written to, because it is handled there already: %s", ", ".join(
            f"{complaint.partner_id.display_name} ({(complaint.parent_id or complaint).name})" for complaint in elsewhere
        ))
        if complaints == silent:
            raise UserError("\n".join(filter(None, (
                silent and self.env._(
                    "None of these customers has an e-mail address. Please call them: %s",
                    ", ".join(silent.mapped(lambda complaint: complaint.partner_id.display_name)),
                ),
                handled,
            ))))
        notices = [
            filed and self.env._("Filed: %s", ", ".join(filed.mapped("name"))),
            silent and self.env._(
                "No e-mail address, please call: %s", ", ".join(silent.mapped(lambda complaint: complaint.partner_id.display_name)),
            ),
            handled,
        ]
        window = (complaints - silent)._action_tell()
        if not any(notices):
            return window
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": "\n".join(filter(None, notices)), "type": "warning" if silent or elsewhere else "info",
                "sticky": bool(silent or elsewhere),
                "next": window,
            },
        }

    def _file_ticked(self):
        self.ensure_one()
        self._check_complaint()
        ticked = self.customer_line_ids.filtered(lambda line: line.selected and line._is_containable())
        if not ticked:
            raise UserError(self.env._("No customer is ticked who still has something of it."))
        return self.complaint_id._file_contained(
            {
                customer: self.complaint_id._prepare_contained_values(
                    customer, [line._prepare_complaint_line() for line in lines], [line._get_finding() for line in lines],
                )
                for customer, lines in ticked.grouped("partner_id").items()
            },
            self._get_lots(),
        )

    def _get_lots(self):
        """The lots asked for, and those that something of them came into."""
        return self.env["stock.lot"].union(*(lot for lot, in self.line_ids._read_group([("containment_id", "=", self.id)], ["lot_id"])))

    def _check_complaint(self):
        if not self.complaint_id:
            raise UserError(self.env._("Open this list from the complaint that brought it up, to act on it."))

    def action_block_stock(self):
        """Plan an action for each lot in own stock, once."""
        self.ensure_one()
        self._check_complaint()
        by_lot = self.stock_line_ids.filtered(lambda line: line.quantity > 0).grouped("lot_id")
        if not by_lot:
            raise UserError(self.env._("Nothing of it is in own stock."))
        actions = self.complaint_id._plan_stock_actions({
            lot: lines._prepare_stock_action(self.complaint_id) for lot, lines in by_lot.items()
        })
        return actions._get_records_action(name=self.env._("Actions for Own Stock"))

    def action_view_lines(self):
        """All rows as a list of its own, to be searched, grouped and exported."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_containment_line"),
            "display_name": self.display_name, "domain": [("containment_id", "=", self.id)],
        }
