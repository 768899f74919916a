from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..capa.quality_capa import UNFINISHED_STATES


class QualityCapa(models.Model):
    """Why there is this action: a cause that was found, or minor complaints that are many when they are counted."""

    _inherit = "quality.capa"

    cause_ids = fields.Many2many(
        "quality.complaint.cause", "quality_capa_cause_rel", "capa_id", "cause_id", "Removes the Cause",
        compute="_compute_cause_ids", store=True, readonly=False, precompute=True,
        domain="[('complaint_id', 'in', source_complaint_ids + [complaint_id])]",
        help="Which of the causes that were found this action removes.",
    )
    source_complaint_ids = fields.Many2many(
        "quality.complaint", "quality_capa_source_rel", "capa_id", "complaint_id", "Based on Complaints", check_company=True,
        help="The complaints that, taken together, call for this action.",
    )
    source_warning = fields.Text(compute="_compute_source_warning")

    @api.model
    def _get_basis_fields(self):
        return super()._get_basis_fields() | {"complaint_id", "source_complaint_ids"}

    @api.model
    def _action_start_corrective(self, sources):
        """The unsaved form of a corrective action that is based on these records, as their ``_prepare_statistic_capa_values`` says."""
        self.check_access("create")
        if len(sources.company_id) > 1:
            raise UserError(self.env._(
                "An action belongs to one company. Choose records of one of these: %s", ", ".join(sources.company_id.mapped("name")),
            ))
        values = {"capa_type": "corrective", "company_id": sources.company_id.id, **sources._prepare_statistic_capa_values()}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Corrective Action"),
            "res_model": self._name,
            "views": [(False, "form")],
            "context": {f"default_{name}": value for name, value in values.items()},
        }

    @api.depends("complaint_id.cause_ids.is_root", "capa_type")
    def _compute_cause_ids(self):
        """Proposed for a corrective action where there is one root cause: with several its planner chooses.

        Also for one that is carried out: finding the cause may have been the action.
        """
        for capa in self.filtered(lambda capa: capa.state != "cancel" and not capa.cause_ids):
            roots = capa.complaint_id.cause_ids.filtered("is_root")._origin
            capa.cause_ids = [Command.set(roots.ids if capa.capa_type == "corrective" and len(roots) == 1 else [])]

    @api.model
    def _get_source_fields(self):
        """Names of the fields with records that, taken together, call for an action."""
        return ["source_complaint_ids"]

    @api.depends(lambda self: self._get_source_fields())
    def _compute_source_warning(self):
        """Say which other actions are being taken on the same records already."""
        for capa in self:
            capa.source_warning = "\n".join(warning for name in self._get_source_fields() for warning in capa._get_source_warnings(name))

    def _get_source_warnings(self, name):
        # that there is one is told to whoever plans another, though they may not read it
        sources = self.sudo()[name]._origin
        others = (sources.statistic_capa_ids - self._origin).filtered(lambda other: other.state in (*UNFINISHED_STATES, "verify"))
        labels = dict(self._fields["state"]._description_selection(self.env))
        return [
            self.env._(
                "«%(capa)s» (%(state)s, %(owner)s) is based on %(complaints)s already.",
                capa=other.name, state=labels[other.state], owner=other.user_id.name, complaints=", ".join((other[name] & sources).mapped("name")),
            )
            for other in others
        ]
