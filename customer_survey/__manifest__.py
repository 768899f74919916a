{
    "name": "Customer Satisfaction Surveys",
    "summary": "Ask customers once a year, act on what they say, tell them what changed",
    "version": "19.0.1.0.0",
    "category": "Sales/Quality",
    "author": "After-Sales Quality Suite",
    "license": "LGPL-3",
    "depends": ["quality_complaint", "survey"],
    "data": [
        "views/odoo/survey_user_input_templates.xml",
        "views/odoo/survey_user_input_views.xml",
        "views/complaint/quality_complaint_views.xml",
    ],
}
