import contextlib
from datetime import datetime

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user


class ComplaintCommon(TransactionCase):
    """A company with one user of each role, one type of complaint, and factories for all that a complaint is about.

    The users have the rights that real ones have and no others.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": False, "no_reset_password": True})
        cls.company = cls.env["res.company"].create({"name": "Sunrise Tools", "currency_id": cls.env.ref("base.USD").id})
        cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1) or cls.env["stock.warehouse"].create(
            {"name": "Sunrise", "code": "SUN", "company_id": cls.company.id},
        )
        cls.company.resource_calendar_id.tz = "UTC"
        new_user = cls._new_user
        cls.rep = new_user("rep", "sales_team.group_sale_salesman")
        cls.other_rep = new_user("other_rep", "sales_team.group_sale_salesman")
        cls.sales_manager = new_user("sales_manager", "sales_team.group_sale_manager")
        cls.quality_manager = new_user("quality_manager", "quality_complaint.group_manager")
        cls.handler = new_user("handler", "quality_complaint.group_handler")
        cls.outsider = new_user("outsider", "quality_complaint.group_handler")
        cls.worker = new_user("worker", "base.group_user")
        cls.stock_user = new_user("stock_user", "stock.group_stock_user")
        cls.complaint_admin = new_user("complaint_admin", "quality_complaint.group_admin")

        cls.team = cls.env["quality.team"].create({
            "name": "Quality", "company_id": cls.company.id,
            "leader_id": cls.quality_manager.id, "member_ids": [Command.set([cls.handler.id, cls.quality_manager.id])],
        })
        cls.complaint_type = cls.env["quality.complaint.type"].create({
            "name": "Product quality", "company_id": cls.company.id, "team_id": cls.team.id,
            "root_cause_required": False, "sequence": 1,
        })
        cls.customer = cls.env["res.partner"].create({
            "name": "Blue Workshop", "is_company": True, "email": "office@blueworkshop.example", "phone": "+1 555 0100",
        })
        cls.contact = cls.env["res.partner"].create({
            "name": "Ada Blue", "parent_id": cls.customer.id, "email": "ada@blueworkshop.example",
        })
        cls.product = cls._create_product("Screwdriver set")
        cls.env.flush_all()

    @classmethod
    def _new_user(cls, login, groups, company=None, **values):
        company = company or cls.company
        return new_test_user(
            cls.env, login=f"qc_{login}", groups=groups, name=login.replace("_", " ").capitalize(), tz="UTC",
            company_id=company.id, company_ids=[Command.set(company.ids)], email=f"{login}@sunrise.example", **values,
        )

    @classmethod
    def _load_languages(cls, *langs, modules=("quality_complaint",)):
        """Activate them, with what these modules say in them: activating alone leaves labels and documents in English."""
        for lang in langs:
            cls.env["res.lang"]._activate_lang(lang)
        cls.env["ir.module.module"].search([("name", "in", modules)])._update_translations(list(langs))

    @classmethod
    def _create_product(cls, name, **values):
        return cls.env["product.product"].create({"name": name, "is_storable": True, "list_price": 10, **values})

    @classmethod
    def _create_lot(cls, name, product=None, quantity=100):
        product = product or cls.product
        lot = cls.env["stock.lot"].create({"name": name, "product_id": product.id, "company_id": cls.company.id})
        cls._add_stock(product, quantity, lot)
        return lot

    @classmethod
    def _add_stock(cls, product, quantity, lot=None):
        warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, quantity, lot_id=lot)

    @classmethod
    def _create_order(cls, *lines, customer=None, **values):
        """A confirmed order of :attr:`rep`; each line is a product, (product, quantity) or a dictionary of values."""
        commands = []
        for line in lines or [(cls.product, 10)]:
            if not isinstance(line, dict):
                product, quantity = line if isinstance(line, tuple) else (line, 10)
                line = {"product_id": product.id, "product_uom_qty": quantity}
            commands.append(Command.create(line))
        order = cls.env["sale.order"].with_company(cls.company).create({
            "partner_id": (customer or cls.customer).id, "company_id": cls.company.id, "user_id": cls.rep.id,
            "order_line": commands, **values,
        })
        order.action_confirm()
        return order

    @classmethod
    def _deliver(cls, order, quantities=None, lots=None, date=None):
        """Ship the order's open delivery: all of it, or ``{product: quantity}``, from ``{product: {lot: quantity}}``.

        :param date: when it left (naive, UTC); now, if not given
        :return: the done ``stock.picking``
        """
        picking = order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))[:1]
        for move in picking.move_ids:
            by_lot = (lots or {}).get(move.product_id)
            if by_lot:
                move.move_line_ids.unlink()
                move.move_line_ids = [
                    Command.create({
                        "product_id": move.product_id.id, "lot_id": lot.id, "quantity": quantity,
                        "location_id": move.location_id.id, "location_dest_id": move.location_dest_id.id,
                        "picking_id": picking.id, "product_uom_id": move.product_uom.id,
                    })
                    for lot, quantity in by_lot.items()
                ]
            else:
                move.quantity = move.product_uom_qty if quantities is None else quantities.get(move.product_id, 0)
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        if date:
            picking.date_done = date
        return picking

    @classmethod
    def _return(cls, picking, quantity=None):
        """Receive all of a delivery back, or that much of each of its products, with core's return window."""
        wizard = cls.env["stock.return.picking"].with_context(
            active_id=picking.id, active_ids=picking.ids, active_model=picking._name,
        ).create({})
        for line in wizard.product_return_moves:
            line.quantity = line.move_id.quantity if quantity is None else quantity
        returned = cls.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        for move in returned.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        returned.with_context(skip_backorder=True).button_validate()
        return returned

    @classmethod
    def _create_shipped_order(cls, *lines, date=None, **values):
        order = cls._create_order(*lines, **values)
        cls._deliver(order, date=date)
        return order

    @classmethod
    def _create_complaint(cls, user=None, **values):
        """A new complaint of :attr:`rep` with one product and one demand."""
        user = user or cls.rep
        return cls.env["quality.complaint"].with_user(user).with_company(cls.company).create({
            "subject": "Rust on the blades", "partner_id": cls.customer.id, "contact_id": cls.contact.id,
            "type_id": cls.complaint_type.id, "sales_manager_id": cls.sales_manager.id,
            "line_ids": [Command.create({"product_id": cls.product.id, "quantity": 2})],
            "demand_ids": [Command.create({"name": "Replace them"})],
            **values,
        })

    @classmethod
    def _create_capa(cls, complaint, user=None, **values):
        return cls.env["quality.capa"].with_user(user or cls.handler).create({
            "name": "Sort the stock", "complaint_id": complaint.id, "user_id": cls.worker.id, "capa_type": "correction",
            "date_deadline": fields.Datetime.add(fields.Datetime.now(), days=2), **values,
        })

    @classmethod
    def _start(cls, capas, user=None):
        """Propose the actions, and start them without waiting for those who have not answered."""
        planned = capas.with_user(user or cls.handler)
        planned.action_propose()
        planned.filtered(lambda capa: capa.state == "proposed").action_open()
        return capas

    @classmethod
    def _move_to(cls, complaint, state):
        """Bring a new complaint to that state along the road its people would take."""
        if state in ("review", "investigation", "reply", "follow_up", "closed", "rejected"):
            complaint.with_user(cls.rep).action_submit()
        if state == "rejected":
            managed = complaint.with_user(cls.quality_manager)
            managed.write(cls._get_rejection())
            managed.action_reject()
        if state in ("investigation", "reply", "follow_up", "closed"):
            managed = complaint.with_user(cls.quality_manager)
            managed.write({"validity": "upheld", "severity": "major", "handler_id": cls.handler.id})
            managed.action_approve()
        if state in ("reply", "follow_up", "closed"):
            handled = complaint.with_user(cls.handler)
            handled.write({"handling_opinion": "Replace and sort", "analysis": "Rain during transport"})
            handled.demand_ids.write({"answer": "New sets were sent", "outcome": "granted"})
            handled.action_resolve()
        if state in ("follow_up", "closed"):
            complaint.with_user(cls.sales_manager).action_approve_reply()
            cls._send_reply(complaint)
        if state == "closed":
            cls._answer(complaint, "yes")
        if state == "cancel":
            cls._cancel(complaint)
        return complaint

    @classmethod
    def _get_rejection(cls):
        """All that is recorded before a complaint is closed as not upheld."""
        return {
            "validity": "not_upheld", "verdict_reason": "Used as a chisel", "customer_agreement": "A discount on new ones",
            "agreement_date": fields.Date.today(), "agreement_partner_id": cls.contact.id, "agreement_channel": "phone",
        }

    @classmethod
    def _send_reply(cls, complaint, user=None):
        """Send the reply through the mail composer, as its button does."""
        cls._send(complaint.with_user(user or cls.rep), "action_send_reply")

    @classmethod
    def _send(cls, complaint, button):
        """Press a button that opens the mail composer, and send what is in it."""
        action = getattr(complaint, button)()
        composer = complaint.env["mail.compose.message"].with_context(**action["context"]).create({})
        composer._action_send_mail()

    @classmethod
    def _answer(cls, complaint, satisfied, remark="As the customer said", user=None):
        """Record what the customer says and go on."""
        follow_up = complaint.env["quality.complaint.follow.up"].with_user(user or cls.rep).create({
            "complaint_id": complaint.id, "satisfied": satisfied, "remark": remark,
        })
        return follow_up.action_confirm()

    @classmethod
    def _cancel(cls, complaint, user=None, reason="withdrawn"):
        complaint.env["quality.complaint.cancel"].with_user(user or cls.quality_manager).create({
            "complaint_ids": [Command.set(complaint.ids)], "reason": reason, "note": "By phone",
        }).action_confirm()

    @classmethod
    def _open_action(cls, user, action):
        """The unsaved form that a button's window shows to the user."""
        from odoo.tests import Form

        return Form(cls.env[action["res_model"]].with_user(user).with_company(cls.company).with_context(**action["context"]))

    def _get_register(self):
        """What a complaint that is not saved must not change: the complaints, their parts, and each next number."""
        self.env.flush_all()
        ranges = self.env["res.company"].search([]).complaint_sequence_id.date_range_ids
        ranges.invalidate_recordset()  # core counts them up in SQL
        return {
            **{
                model: self.env[model].search_count([])
                for model in ("quality.complaint", "quality.complaint.line", "quality.complaint.demand", "quality.milestone")
            },
            "next": {(of_year.sequence_id.id, of_year.date_from): of_year.number_next_actual for of_year in ranges},
        }

    @contextlib.contextmanager
    def assertRefused(self, *texts, error=UserError):
        """What is done inside is refused with a message that says all of these texts, and leaves nothing behind."""
        before = self._get_register()
        with self.assertRaises(error) as refusal:
            yield
            self.env.flush_all()
        for text in texts:
            self.assertIn(text, str(refusal.exception))
        self.assertEqual(self._get_register(), before)

    @contextlib.contextmanager
    def at(self, moment):
        """Frozen time, in UTC, for Python and for new records' dates."""
        from freezegun import freeze_time

        moment = fields.Datetime.to_datetime(moment) if not isinstance(moment, datetime) else moment
        with freeze_time(moment):
            yield
