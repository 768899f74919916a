def migrate(cr, version):
    """Bring up to date what was installed as settings that no update touches."""
    # who may see what follows the addon
    cr.execute("UPDATE ir_model_data SET noupdate = FALSE WHERE module = 'quality_complaint' AND model = 'ir.rule' AND noupdate")
    # the warning names what the customer has; the rest of its text, and each translation, stays as it is
    cr.execute(
        """
        UPDATE mail_template
        SET body_html = replace(
                replace(body_html::text, 'object.line_ids', 'sum(object.same_lot_goods.values(), [])'), 'line._get_goods_text()', 'line'
            )::jsonb,
            subject = replace(subject::text, 'object.line_ids.product_id.mapped(''name'')', 'object.same_lot_goods')::jsonb
        WHERE id = (SELECT res_id FROM ir_model_data WHERE module = 'quality_complaint' AND name = 'mail_template_same_lot')
        """,
    )
