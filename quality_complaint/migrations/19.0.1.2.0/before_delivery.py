"""Odoo's delivery app makes a product before this addon is loaded, which databases of 19.0.1.1.0 and before refuse.

Where that app is not installed yet: ``odoo -u quality_complaint --pre-upgrade-scripts=.../before_delivery.py``
"""


def migrate(cr, version):
    cr.execute(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema AND column_name = 'warranty_unit'"
        " AND table_name IN ('product_template', 'product_category')",
    )
    for (table,) in cr.fetchall():
        cr.execute(f"ALTER TABLE {table} ALTER COLUMN warranty_unit SET DEFAULT 'month'")
