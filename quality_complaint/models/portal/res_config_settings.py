from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    complaint_portal_max_files = fields.Integer("Files at Once", default=10, config_parameter="quality_complaint.portal_max_files")
    complaint_portal_max_file_size = fields.Integer(
        "Size of a File", default=25, config_parameter="quality_complaint.portal_max_file_size", help="In megabytes.",
    )
    complaint_portal_hourly_limit = fields.Integer(
        "Filed Within an Hour", default=20, config_parameter="quality_complaint.portal_hourly_limit",
    )
