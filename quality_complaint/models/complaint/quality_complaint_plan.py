from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from .quality_complaint import FINISHED_STATES


class QualityComplaint(models.Model):
    """The plan of a complaint: what is usually done, and who is informed of what was planned."""

    _inherit = "quality.complaint"

    inform_user_ids = fields.Many2many(
        "res.users", "quality_complaint_inform_users_rel", string="Inform of the Plan", domain="[('share', '=', False)]",
        compute="_compute_inform_user_ids", store=True, readonly=False, copy=False,
        help="Get the planned handling with its deadlines when it begins, and again when it was changed.",
    )
    objections = fields.Text(compute="_compute_objections", help="What its people say against actions that were proposed.")
    informed_plan = fields.Json("Plan They Know", readonly=True, copy=False)

    @api.depends("type_id")
    def _compute_inform_user_ids(self):
        for complaint in self:
            complaint.inform_user_ids = complaint.type_id.inform_user_ids

    @api.depends("capa_ids.is_objected")
    def _compute_objections(self):
        for complaint in self:
            complaint.objections = "\n".join(
                self.env._("«%(action)s» — %(objection)s", action=capa.name, objection=capa.objection)
                for capa in complaint.capa_ids if capa.is_objected
            )

    def action_start_now(self):
        """Run what was proposed without waiting for those who have not answered."""
        self.check_access("write")
        self.capa_ids.filtered(lambda capa: capa.state == "proposed").action_open()

    def action_propose_usual(self):
        """Choose among the actions that are usual for this type of complaint."""
        self.ensure_one()
        if not self.sudo().type_id.capa_template_ids:
            raise UserError(self.env._(
                "No usual actions are set up for «%s». They are listed on the complaint type, in the configuration.",
                self.type_id.name,
            ))
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_complaint.action_quality_complaint_plan"),
            "context": {"default_complaint_id": self.id},
        }

    # ------------------------------------------------------------ information
    def _inform_of_plan(self):
        """Those named beforehand get the planned handling when nobody is asked about it any more, once for each version."""
        # who does the last step need not be allowed to read the whole plan
        for complaint in self.sudo():
            plan, known = complaint._get_plan_version(), complaint.informed_plan
            if complaint.state in FINISHED_STATES or not complaint.inform_user_ids or plan in (False, known):
                continue
            complaint._notify_users(
                complaint.inform_user_ids,
                lambda complaint, known=known: (
                    complaint.env._("Changed handling: %s", complaint.display_name) if known
                    else complaint.env._("Planned handling: %s", complaint.display_name),
                    complaint._get_plan_text(known),
                ),
            )
            complaint.informed_plan = plan

    def _get_plan_version(self):
        """What is told of the plan, in a form that can be compared, or False while it is not settled."""
        self.ensure_one()
        if any(capa.state == "proposed" or capa.is_objected for capa in self.capa_ids):
            return False
        actions = {
            str(capa.id): [
                capa.name, capa.capa_type, capa.user_id.id, fields.Datetime.to_string(capa.date_deadline), capa.participant_ids.ids,
                fields.Datetime.to_string(capa.visit_start), capa.visit_location or "",
            ]
            for capa in self._get_running_plan()
        }
        return bool(actions or self.informed_plan) and {"opinion": str(self.handling_opinion or ""), "actions": actions}

    def _get_running_plan(self):
        return self.capa_ids.filtered(lambda capa: capa.state not in ("draft", "proposed", "cancel")).sorted("date_deadline")

    def _get_plan_text(self, known):
        """The opinion and each action; what differs from what they know is marked."""
        known_actions = (known or {}).get("actions")
        version = self._get_plan_version()["actions"]
        items = []
        for capa in self._get_running_plan():
            text = self.env._("%(kind)s: %(assignment)s", kind=capa._get_type_label(), assignment=capa._get_assignment_text())
            if known and known_actions.get(str(capa.id)) != version[str(capa.id)]:
                text = Markup("<strong>%s</strong>") % self.env._("%s (new or changed)", text)
            items.append(Markup("<li>%s</li>") % text)
        if known and (dropped := self.capa_ids.filtered(lambda capa: str(capa.id) in known_actions and str(capa.id) not in version)):
            items += [Markup("<li><s>%s</s></li>") % capa.name for capa in dropped]
        opinion = "" if is_html_empty(self.handling_opinion) else self.handling_opinion
        return Markup("%s<ul>%s</ul>") % (opinion, Markup().join(items))
