import json


class DashboardMixin:
    """Reads what a dashboard of Odoo's spreadsheets shows, as its user."""

    def _get_figures(self, xmlid, user):
        """({pivot: its value}, {chart: [its groups with their values]}) of the dashboard, in the company of the user."""
        user_env = self.env(user=user, context={"allowed_company_ids": user.company_id.ids, "lang": user.lang, "tz": user.tz})
        dashboard = self.env.ref(xmlid).with_env(user_env)
        snapshot = json.loads(dashboard._get_serialized_readonly_dashboard())["snapshot"]
        values = {}
        for pivot in snapshot["pivots"].values():
            model = user_env[pivot["model"]]
            [group] = model.formatted_read_group(pivot["domain"], [], [pivot["measures"][0]["id"]])
            values[pivot["name"]] = group[pivot["measures"][0]["id"]]
        charts = {}
        for figure in snapshot["sheets"][0]["figures"]:
            data = figure["data"]
            if data["type"] == "scorecard":
                continue
            measure, groups = data["metaData"]["measure"], data["metaData"]["groupBy"]
            field = user_env[data["metaData"]["resModel"]]._fields.get(measure)
            aggregate = measure if not field else f"{measure}:{'count_distinct' if field.type == 'many2one' else field.aggregator}"
            found = user_env[data["metaData"]["resModel"]].formatted_read_group(data["searchParams"]["domain"], groups, [aggregate])
            charts[data["title"]["text"]] = [(*(group[name] for name in groups), group[aggregate]) for group in found]
        return values, charts

    def _get_shown(self, user):
        """The dashboards that the user is offered."""
        dashboards = self.env["spreadsheet.dashboard"].with_user(user).search([])
        ours = self.env["ir.model.data"].search([("model", "=", "spreadsheet.dashboard"), ("module", "in", ("quality_complaint", "return_repair", "customer_survey"))])
        return {
            f"{data.module}.{data.name}" for data in ours if data.res_id in dashboards.ids
        }
