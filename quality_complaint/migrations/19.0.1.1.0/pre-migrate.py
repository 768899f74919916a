def migrate(cr, version):
    """Bring up to date what was installed as settings that no update touches."""
    # who may see what follows the addon
    cr.execute("UPDATE ir_model_data SET noupdate = FALSE WHERE module = 'quality_complaint' AND model = 'ir.rule' AND noupdate")
    # the warning names what the customer has; the rest of its text, and each translation, stays as it is
    cr.execute(
        """
        UPDATE mail_template
           SET body_html = replace(body_html::text, %s, %s)::jsonb, subject = replace(subject::text, %s, %s)::jsonb
         WHERE id = (SELECT res_id FROM ir_model_data WHERE module = 'quality_complaint' AND name = 'mail_template_same_lot')
        """,
        [
            r't-foreach=\"object.line_ids\" t-as=\"line\" t-out=\"line._get_goods_text()\"',
            r't-foreach=\"sum(object.same_lot_goods.values(), [])\" t-as=\"line\" t-out=\"line\"',
            "object.line_ids.product_id.mapped('name')", "object.same_lot_goods",
        ],
    )
