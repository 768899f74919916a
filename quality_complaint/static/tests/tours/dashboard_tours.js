import { registry } from "@web/core/registry";

/** A dashboard opens, with all its charts and no cell that shows an error. */
registry.category("web_tour.tours").add("quality_dashboard", {
    steps: () => [
        {
            trigger: ".o_spreadsheet_dashboard_action .o-figure",
            timeout: 60000,
            run: async () => {
                const { waitForOdooSources, waitForDataLoaded } = odoo.loader.modules.get("@spreadsheet/helpers/model");
                const { model } = odoo.__WOWL_DEBUG__.root.env.services.spreadsheet_dashboard_loader.getActiveDashboard();
                await waitForOdooSources(model);
                await waitForDataLoaded(model);
                for (const sheetId of model.getters.getSheetIds()) {
                    for (const { value, message } of Object.values(model.getters.getEvaluatedCells(sheetId))) {
                        if (String(value).startsWith("#")) {
                            throw new Error(`A cell shows ${value}: ${message}`);
                        }
                    }
                }
            },
        },
        { trigger: ".o_spreadsheet_dashboard_action:not(:has(.dashboard-loading-status))" },
    ],
});
