import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.entry.copies_file import MAX_ROWS, UnreadableFile

# as many errors are shown; the rest is counted
SHOWN_ERRORS = 200


class SurveyCampaignImportWizard(models.TransientModel):
    """Checks a table of copies, says all that is wrong with it, and imports it when nothing is."""

    _name = "survey.campaign.import.wizard"
    _description = "Import of Copies"

    campaign_id = fields.Many2one("survey.campaign", required=True, readonly=True)
    entry_channel = fields.Selection([("paper", "Paper"), ("phone", "Phone")], "Answered By", required=True, default="paper")
    file = fields.Binary("Filled-In Table", attachment=False, help="Excel (.xlsx) or CSV; nothing is imported while anything is wrong with it.")
    file_name = fields.Char()
    error_count = fields.Integer("Errors", readonly=True)
    errors = fields.Text("What Is Wrong", readonly=True)

    def action_download_template(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/customer_survey/copies_template/{self.campaign_id.id}", "target": "download"}

    def action_import(self):
        self.ensure_one()
        if not self.file:
            raise UserError(self.env._("Choose the filled-in table first."))
        check, errors = self._check()
        if errors:
            shown = errors[:SHOWN_ERRORS]
            if len(errors) > SHOWN_ERRORS:
                shown.append(self.env._("… and %s more", len(errors) - SHOWN_ERRORS))
            self.write({"error_count": len(errors), "errors": "\n".join(shown)})
            action = self.env["ir.actions.actions"]._for_xml_id("customer_survey.action_survey_campaign_import_wizard")
            return {**action, "res_id": self.id}
        copies = self.campaign_id._import_copies(check.copies, self.entry_channel)
        return {
            "type": "ir.actions.client", "tag": "display_notification",
            "params": {
                "type": "success", "message": self.env._("%s copies were imported and counted.", len(copies)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _check(self):
        """(`CopiesCheck`, list of sentences that say what is wrong)."""
        try:
            check = self.campaign_id._check_copies_file(base64.b64decode(self.file))
        except UnreadableFile as error:
            return None, [{
                "empty": self.env._("The file is empty."),
                "broken": self.env._("The file is damaged, or neither an Excel file (.xlsx) nor a CSV file."),
                "xls": self.env._("This is a file of an old Excel. Save it as an .xlsx file."),
                "encoding": self.env._("The characters of the file can't be read. Save it as CSV UTF-8, or as an .xlsx file."),
                "long": self.env._("The file has more than %s rows. Divide it.", MAX_ROWS),
            }[error.args[0]]]
        return check, check.errors
