from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class QualityDeadlinePolicy(models.Model):
    """How long each step of a complaint may take. The most specific policy that fits counts."""

    _name = "quality.deadline.policy"
    _description = "Deadline Policy"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10, help="Decides between two policies that fit equally well: the smaller number wins.")
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    type_id = fields.Many2one("quality.complaint.type", "Complaint Type", check_company=True, ondelete="cascade")
    urgency = fields.Selection([("normal", "Normal"), ("urgent", "Urgent")])
    line_ids = fields.One2many("quality.deadline.policy.line", "policy_id", "Steps", copy=True)

    @api.constrains("line_ids")
    def _check_steps_once(self):
        for policy in self:
            steps = policy.line_ids.mapped("step")
            if len(steps) != len(set(steps)):
                raise ValidationError(self.env._("In policy «%s» a step stands twice. Keep one line for each.", policy.name))

    def _specificity(self):
        """Type before urgency before company; then the order of the list."""
        self.ensure_one()
        return (bool(self.type_id), bool(self.urgency), bool(self.company_id), -self.sequence, -self.id)

    def _explain(self, complaint):
        """Why this policy was the one for the complaint, in words."""
        self.ensure_one()
        return self.env._(
            "%(policy)s (fits most closely: %(criteria)s)", policy=self.name,
            criteria=", ".join(filter(None, self._get_criteria(complaint))) or self.env._("the one for everything"),
        )

    def _get_criteria(self, complaint):
        """What the policy asks for and the complaint has: a list of names. Extended by what else a policy can ask for."""
        labels = dict(self._fields["urgency"]._description_selection(self.env))
        return [self.type_id.name, labels.get(self.urgency), self.company_id.name]

    @api.model
    def _find_for(self, complaint):
        """The one policy that counts for the complaint, or an empty recordset.

        It is the most specific of those in which each criterion that is filled in fits.
        """
        # everybody's complaints have deadlines, also of those who may not read the settings
        policies = self.sudo().search(self._get_fitting_domain(complaint))
        return max(policies, key=lambda policy: policy._specificity(), default=self.browse())

    @api.model
    def _get_fitting_domain(self, complaint):
        """Policies in which each criterion that is filled in fits. Extended together with `quality.complaint._get_policy_criteria`."""
        return (
            Domain("company_id", "in", (False, complaint.company_id.id))
            & Domain("type_id", "in", (False, complaint.type_id.id))
            & Domain("urgency", "in", (False, complaint.urgency))
        )
