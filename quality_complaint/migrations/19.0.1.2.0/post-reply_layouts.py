def migrate(cr, version):
    """The reply's document comes in the layout of each complaint: the letter is no longer fixed to the mail."""
    cr.execute(
        """
        DELETE FROM mail_template_ir_actions_report_rel
              WHERE mail_template_id = (SELECT res_id FROM ir_model_data WHERE module = 'quality_complaint' AND name = 'mail_template_reply')
                AND ir_actions_report_id = (SELECT res_id FROM ir_model_data WHERE module = 'quality_complaint' AND name = 'action_report_reply')
        """,
    )
