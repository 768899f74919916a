from odoo import api, fields, models

from .quality_complaint import LIVING_FIELDS


class QualityCapa(models.Model):
    _inherit = "quality.capa"

    complaint_id = fields.Many2one(
        "quality.complaint", ondelete="restrict", index="btree_not_null", check_company=True,
    )
    round = fields.Integer(
        compute="_compute_round", store=True, precompute=True, help="The round of the complaint in which it was planned.",
    )
    template_id = fields.Many2one("quality.capa.template", "Usual Action", readonly=True, copy=False, index="btree_not_null")

    @api.depends("complaint_id")
    def _compute_company_id(self):
        for capa in self.filtered("complaint_id"):
            # who plans need not be allowed to read the complaint yet
            capa.company_id = capa.sudo().complaint_id.company_id
        super()._compute_company_id()

    @api.depends("complaint_id")
    def _compute_round(self):
        for capa in self:
            # as with the company
            capa.round = capa.sudo().complaint_id.round

    @api.model_create_multi
    def create(self, vals_list):
        capas = super().create(vals_list)
        capas._check_complaint_writable()
        return capas

    def write(self, vals):
        if vals.keys() - LIVING_FIELDS:
            self._check_complaint_not_finished()
        if "complaint_id" in vals:
            self._check_complaint_writable()
        result = super().write(vals)
        if "complaint_id" in vals:
            self._check_complaint_writable()
        return result

    def _may_plan(self):
        complaint = self.sudo().complaint_id.with_env(self.env)
        return super()._may_plan() or (complaint and complaint._has_role("handler") and complaint.has_access("write"))

    def _check_transition(self, target, button=None):
        self._check_complaint_not_finished()
        super()._check_transition(target, button)
        if target in ("proposed", "open") and not self.env.su:
            # what stops the spread does not wait for a plan
            planned = self.filtered(lambda capa: capa.state in ("draft", "proposed") and capa.capa_type != "containment")
            planned._get_complaints()._check_start_plan()

    @api.ondelete(at_uninstall=False)
    def _unlink_not_finished(self):
        self._get_complaints()._check_not_finished()

    def _check_complaint_not_finished(self):
        """Whether an action worked shows after its complaint is closed: what is to verify, or to be done again, lives on."""
        self.filtered(lambda capa: capa.state not in ("verify", "open"))._get_complaints()._check_not_finished()

    def _get_complaints(self):
        """The complaints, as this user sees them; he need not have access to all of them."""
        return self.sudo().complaint_id.with_env(self.env)

    def _check_complaint_writable(self):
        """Who plans for a complaint must be one who handles it."""
        complaints = self._get_complaints()
        complaints.check_access("write")
        complaints._check_not_finished()

    def _get_done_recipients(self):
        complaint = self.sudo().complaint_id
        return super()._get_done_recipients() | complaint.user_id | complaint.sales_manager_id | complaint.handler_id

    def _get_acting_owner(self):
        complaint = self.sudo().complaint_id
        users = super()._get_acting_owner() | complaint.team_id.leader_id | complaint.handler_id
        return users.filtered("active")[:1].with_env(self.env)

    def _get_planners(self):
        return super()._get_planners() | self.sudo().complaint_id.handler_id.filtered("active").with_env(self.env)

    def _get_customer_address(self):
        partner = self.sudo().complaint_id.partner_id
        return partner.contact_address_inline or super()._get_customer_address()

    # ------------------------------------------------------------ the plan of the complaint
    def _get_plans(self):
        """All actions of a complaint are one plan."""
        alone = self.filtered(lambda capa: not capa.sudo().complaint_id)
        return [
            *super(QualityCapa, alone)._get_plans(),
            *(complaint.capa_ids for complaint in self.sudo().complaint_id),
        ]

    def _tell_agreed(self):
        """One word for the whole plan."""
        super(QualityCapa, self.filtered(lambda capa: not capa.complaint_id))._tell_agreed()
        for complaint, capas in self.filtered("complaint_id").grouped("complaint_id").items():
            planners = self.env["res.users"].union(*(capa._get_planners() for capa in capas))
            names = ", ".join(capas.mapped("name"))
            complaint._notify_users(
                planners - self.env.user,
                lambda complaint, names=names: (
                    complaint.env._("All have agreed: %s", complaint.display_name),
                    complaint.env._("Its actions run from now on: %s", names),
                ),
            )

    def _run(self):
        super()._run()
        if any(capa.capa_type != "containment" for capa in self):
            self.sudo().complaint_id._inform_of_plan()

    def _apply_changes(self, changes):
        super()._apply_changes(changes)
        self.filtered(lambda capa: capa in changes and capa.state == "open").sudo().complaint_id._inform_of_plan()

    def action_cancel(self):
        super().action_cancel()
        self.sudo().complaint_id.filtered("informed_plan")._inform_of_plan()
