def migrate(cr, version):
    """Replies come in the layout of each complaint, and those sent are kept."""
    # the letter is no longer fixed to the mail, or it would come beside the 8D report
    cr.execute(
        """
        DELETE FROM mail_template_ir_actions_report_rel
              WHERE mail_template_id = (SELECT res_id FROM ir_model_data WHERE module = 'quality_complaint' AND name = 'mail_template_reply')
                AND ir_actions_report_id = (SELECT res_id FROM ir_model_data WHERE module = 'quality_complaint' AND name = 'action_report_reply')
        """,
    )
    # what was sent before was a letter
    cr.execute(
        """
        INSERT INTO quality_complaint_reply
               (complaint_id, company_id, revision, round, layout_name, reply_form, body, approved_by_id, approved_on, sent_on, sent_to,
                create_uid, create_date, write_uid, write_date)
        SELECT id, company_id, 1, round, 'Letter', 'letter', reply_body, reply_approved_by_id, reply_approved_on, reply_sent_on, partner_email,
               1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
          FROM quality_complaint
         WHERE reply_sent_on IS NOT NULL AND id NOT IN (SELECT complaint_id FROM quality_complaint_reply)
        """,
    )
