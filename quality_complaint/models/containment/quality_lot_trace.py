from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL


class QualityLotTrace(models.AbstractModel):
    """Where the goods of some lots are now: at which customers, in which own stock, in which other lots.

    Reads aggregated data of the given companies in SQL and asks for no right: who calls it has checked that.
    """

    _name = "quality.lot.trace"
    _description = "Where the Goods of a Lot Are"

    # ------------------------------------------------------------ through production
    @api.model
    def _get_production_edges(self, lots, companies):
        """{lot id: [ids of the lots that were made with it]}, for the lots, for those made with them, and so on. None stands
        for what carries no lot.

        One query for each step of production; a lot is looked at once, so a circle of reworked lots comes to an end.
        """
        edges, known, step = defaultdict(list), set(lots.ids), set(lots.ids)
        while step:
            made_lots = set()
            for taken, made in self.env.execute_query(self._get_made_lots_query(step, companies)):
                edges[taken].append(made)
                made_lots.add(made)
            step = made_lots - known - {None}
            known |= step
        return edges

    @api.model
    def _get_paths(self, lots, edges):
        """{lot id: ids of the lots through which something of the given lots came into it}; those themselves with ()."""
        paths = dict.fromkeys(lots.ids, ())
        step = list(paths)
        while step:
            following = []
            for taken in step:
                for made in edges.get(taken, ()):
                    if made and made not in paths:
                        paths[made] = (*paths[taken], taken)
                        following.append(made)
            step = following
        return paths

    @api.model
    def _get_consumption_sql(self, lot_ids, companies):
        """FROM and WHERE: `taken`, a line that went into production, with each line `made` from it.

        Taking a product apart makes no product with it: its other parts never touched the lot.
        """
        made_lines = self.env["stock.move.line"]._fields["produce_line_ids"]
        not_taken_apart = SQL()
        if "unbuild_id" in self.env["stock.move"]._fields:  # where manufacturing is installed
            not_taken_apart = SQL("AND move.unbuild_id IS NULL AND move.consume_unbuild_id IS NULL")
        return SQL(
            """
            FROM stock_move_line taken
            JOIN stock_location target ON target.id = taken.location_dest_id AND target.usage = 'production'
            JOIN stock_move move ON move.id = taken.move_id %(not_taken_apart)s
            LEFT JOIN %(relation)s used ON used.%(taken)s = taken.id
            LEFT JOIN stock_move_line made ON made.id = used.%(made)s AND made.state = 'done'
            WHERE taken.lot_id = ANY(%(lots)s) AND taken.state = 'done' AND taken.company_id = ANY(%(companies)s)
            """,
            relation=SQL.identifier(made_lines.relation), taken=SQL.identifier(made_lines.column1),
            made=SQL.identifier(made_lines.column2), not_taken_apart=not_taken_apart,
            lots=list(lot_ids), companies=companies.ids,
        )

    @api.model
    def _get_made_lots_query(self, lot_ids, companies):
        return SQL(
            "SELECT DISTINCT taken.lot_id, made.lot_id %s ORDER BY 1, 2",
            self._get_consumption_sql(lot_ids, companies),
        )

    # ------------------------------------------------------------ where they are
    @api.model
    def _get_untraced_query(self, lot_ids, companies):
        """What went into products that carry no lot: `lot_id, company_id, product_id, quantity`.

        Each quantity once, at the product that was to be made: core moves that before its by-products.
        """
        return SQL(
            """
            SELECT lot_id, company_id, product_id, SUM(quantity) AS quantity
            FROM (
                SELECT taken.lot_id, taken.company_id, taken.quantity_product_uom AS quantity,
                       (ARRAY_AGG(made.product_id ORDER BY made.move_id, made.id))[1] AS product_id
                %s
                GROUP BY taken.id
                HAVING (ARRAY_AGG(made.lot_id ORDER BY made.move_id, made.id))[1] IS NULL
            ) AS untraced
            GROUP BY lot_id, company_id, product_id
            """,
            self._get_consumption_sql(lot_ids, companies),
        )

    @api.model
    def _get_customers_query(self, lot_ids, companies):
        """What each customer got and brought back, in the product's unit.

        `lot_id, company_id, partner_id, shipped, returned, first_on, last_on, move_id, picking_ids`, the move where there was only
        one. The customer is that of the order, else that of the transfer; what comes back is his to whom the returned move went.
        """
        places = self.env["stock.location"].sudo().with_context(active_test=False)._search(  # see the class
            self.env["stock.move.line"]._get_customer_places_domain(),
        )
        return SQL(
            """
            SELECT moved.lot_id, moved.company_id, partner.commercial_partner_id AS partner_id,
                   SUM(moved.quantity) FILTER (WHERE is_delivered) AS shipped,
                   COALESCE(SUM(moved.quantity) FILTER (WHERE NOT is_delivered), 0) AS returned,
                   MIN(moved.date) FILTER (WHERE is_delivered) AS first_on,
                   MAX(moved.date) FILTER (WHERE is_delivered) AS last_on,
                   CASE WHEN MIN(moved.move_id) FILTER (WHERE is_delivered) = MAX(moved.move_id) FILTER (WHERE is_delivered)
                        THEN MIN(moved.move_id) FILTER (WHERE is_delivered) END AS move_id,
                   jsonb_agg(DISTINCT moved.picking_id) FILTER (WHERE is_delivered AND moved.picking_id IS NOT NULL) AS picking_ids
            FROM (
                SELECT line.lot_id, line.company_id, line.move_id, line.date, line.quantity_product_uom AS quantity,
                       COALESCE(origin.picking_id, line.picking_id) AS picking_id,
                       COALESCE(origin.sale_line_id, move.sale_line_id) AS sale_line_id,
                       COALESCE(origin.partner_id, move.partner_id) AS partner_id,
                       target.id IS NOT NULL AS is_delivered
                FROM stock_move_line line
                LEFT JOIN (%(places)s) AS source ON source.id = line.location_id
                LEFT JOIN (%(places)s) AS target ON target.id = line.location_dest_id
                LEFT JOIN stock_move move ON move.id = line.move_id
                LEFT JOIN stock_move origin ON origin.id = move.origin_returned_move_id AND target.id IS NULL
                WHERE line.lot_id = ANY(%(lots)s) AND line.state = 'done' AND line.company_id = ANY(%(companies)s)
                  AND (
                      target.id IS NOT NULL OR source.usage = 'customer'
                      -- from another company of ours come purchases as well: only what is marked as a return is one
                      OR source.id IS NOT NULL AND move.origin_returned_move_id IS NOT NULL
                  )
            ) AS moved
            LEFT JOIN stock_picking picking ON picking.id = moved.picking_id
            LEFT JOIN sale_order_line sold ON sold.id = moved.sale_line_id
            LEFT JOIN sale_order ON sale_order.id = COALESCE(sold.order_id, picking.sale_id)
            LEFT JOIN res_partner partner ON partner.id = COALESCE(sale_order.partner_id, picking.partner_id, moved.partner_id)
            GROUP BY moved.lot_id, moved.company_id, partner.commercial_partner_id
            HAVING SUM(moved.quantity) FILTER (WHERE is_delivered) > 0
            """,
            places=places.select("id", "usage"), lots=list(lot_ids), companies=companies.ids,
        )

    @api.model
    def _get_stock_query(self, lot_ids, companies):
        """What is in own stock, on its way between own warehouses included, scrapped goods not:
        `lot_id, company_id, location_id, owner_id, on_hand, reserved`."""
        return SQL(
            """
            SELECT quant.lot_id, quant.company_id, quant.location_id, quant.owner_id,
                   SUM(quant.quantity) AS on_hand, SUM(quant.reserved_quantity) AS reserved
            FROM stock_quant quant
            JOIN stock_location location ON location.id = quant.location_id
            WHERE quant.lot_id = ANY(%(lots)s)
              AND (quant.company_id = ANY(%(companies)s) OR quant.company_id IS NULL AND location.usage = 'internal')
              AND (location.usage = 'internal' OR location.usage = 'transit' AND location.company_id IS NOT NULL)
            GROUP BY quant.lot_id, quant.company_id, quant.location_id, quant.owner_id
            HAVING SUM(quant.quantity) <> 0 OR SUM(quant.reserved_quantity) <> 0
            """,
            lots=list(lot_ids), companies=companies.ids,
        )

    @api.model
    def _get_quantities_still_at(self, lots, company, customers):
        """{commercial partner id: {lot id: quantity}} of what these customers still have of the lots, directly or in another lot."""
        reached = self._get_paths(lots, self._get_production_edges(lots, company))
        still = defaultdict(dict)
        rows = self.env.execute_query(SQL(
            "SELECT partner_id, lot_id, shipped - returned FROM (%s) AS at_customers WHERE partner_id = ANY(%s) AND shipped > returned ORDER BY lot_id",
            self._get_customers_query(reached, company), customers.ids,
        ))
        for partner_id, lot_id, quantity in rows:
            still[partner_id][lot_id] = float(quantity)
        return still

    @api.model
    def _get_customers_having(self, lots_by_key, company):
        """Commercial partners who still have something of the lots, directly or in another lot, for many questions at once.

        :param dict lots_by_key: {key: lots}
        :return: {key: set of ids}
        """
        edges = self._get_production_edges(self.env["stock.lot"].union(*lots_by_key.values()), company)
        reached = {key: self._get_paths(lots, edges) for key, lots in lots_by_key.items()}
        having = defaultdict(set)
        rows = self.env.execute_query(self._get_customers_query(set().union(*reached.values()), company))
        for lot_id, _company_id, partner_id, shipped, returned, *_rest in rows:
            if partner_id and shipped > returned:
                having[lot_id].add(partner_id)
        return {key: set().union(*(having[lot_id] for lot_id in lot_ids)) for key, lot_ids in reached.items()}
