from odoo import api, fields, models
from odoo.exceptions import UserError

from .quality_complaint import FELL_AWAY_STATES


class QualityComplaint(models.Model):
    """Minor complaints are not each investigated. They are counted together, and where they are many a corrective action
    begins on exactly those.
    """

    _inherit = "quality.complaint"

    main_cause_id = fields.Many2one(
        "quality.cause", compute="_compute_main_cause_id", store=True, index="btree_not_null", ondelete="restrict",
        help="The class of the root cause, else of the first cause that has one.",
    )
    statistic_capa_ids = fields.Many2many(
        "quality.capa", "quality_capa_source_rel", "complaint_id", "capa_id", "Actions Based on It", readonly=True, copy=False,
    )

    @api.depends("cause_ids.cause_id", "cause_ids.is_root", "cause_ids.sequence")
    def _compute_main_cause_id(self):
        for complaint in self:
            classified = complaint.cause_ids.filtered("cause_id")
            complaint.main_cause_id = (classified.filtered("is_root") or classified)[:1].cause_id

    def action_start_corrective_action(self):
        """The unsaved form of a corrective action that is based on these complaints."""
        self.check_access("read")
        self.env["quality.capa"].check_access("create")
        if unfit := self.filtered(lambda complaint: complaint.state in FELL_AWAY_STATES):
            raise UserError(self.env._(
                "Complaints that are cancelled or not upheld call for no action. Leave these out:\n%s",
                "\n".join(unfit.mapped("display_name")),
            ))
        return self.env["quality.capa"]._action_start_corrective(self)

    def _prepare_statistic_capa_values(self):
        """Values of a ``quality.capa`` that is based on these complaints: what they have in common comes along."""
        products = self.line_ids.product_id
        for complaint in self:
            products &= complaint.line_ids.product_id
        return {
            "source_complaint_ids": self.ids,
            "team_id": self.team_id.id if len(self.team_id) == 1 else False,
            "check_product_ids": products.ids,
            "check_cause_id": self.main_cause_id.id if len({complaint.main_cause_id for complaint in self}) == 1 else False,
        }
