{
    "name": "Returns, Exchanges and Repairs",
    "summary": "Take goods back, exchange or repair them, with a warranty the system computes",
    "version": "19.0.1.0.0",
    "category": "Sales/Quality",
    "author": "After-Sales Quality Suite",
    "license": "LGPL-3",
    "depends": ["quality_complaint", "repair", "account"],
    "data": [
        "views/complaint/quality_complaint_views.xml",
        "views/odoo/repair_order_views.xml",
    ],
}
