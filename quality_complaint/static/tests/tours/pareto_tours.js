import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** The table below the chart says this in its row of that number. */
function says(number, ...texts) {
    const contains = texts.map((text) => `:contains('${text}')`).join("");
    return { trigger: `.o_pareto_table tbody tr:nth-child(${number})${contains}` };
}

tours.add("quality_pareto", {
    steps: () => [
        { content: "No cause is known yet", ...says(1, "None", "10", "100.0 %") },
        { trigger: ".o_searchview_dropdown_toggler", run: "click" },
        { content: "Compare products", trigger: ".o_group_by_menu .o-dropdown-item:contains('Product')", run: "click" },
        { content: "The largest first", ...says(1, "Tool 2", "3", "30.0 %") },
        says(2, "Tool 4", "2", "20.0 %", "50.0 %"),
        says(7, "10.0 %", "100.0 %"),
        { content: "Five, and the others as one", trigger: ".o_pareto_top", run: "select 5" },
        says(6, "Others (2)", "2", "20.0 %", "100.0 %"),
        { trigger: ".o_pareto_table:not(:has(tbody tr:nth-child(7)))" },
        { content: "By cost", trigger: ".o_graph_renderer button:contains('Measures')", run: "click" },
        { trigger: ".o-dropdown-item:contains('Net Cost')", run: "click" },
        says(1, "Tool 7", "70.00", "25.0 %"),
        says(6, "Others (2)", "30.00", "10.7 %", "100.0 %"),
        {
            content: "A bar leads to what it counts",
            trigger: ".o_graph_canvas_container canvas",
            run: ({ anchor }) => {
                const chart = window.Chart.getChart(anchor);
                chart.update("none");
                const { x, y, base } = chart.getDatasetMeta(0).data[0];
                const { left, top } = anchor.getBoundingClientRect();
                const position = { clientX: left + x, clientY: top + (y + base) / 2, bubbles: true };
                anchor.dispatchEvent(new MouseEvent("click", position));
            },
        },
        { trigger: ".o_list_view .o_data_row:contains('Tool 7')" },
        { trigger: ".o_list_view:not(:has(.o_data_row:nth-child(2)))" },
        { content: "Back", trigger: ".breadcrumb-item a, .o_back_button", run: "click" },
        { content: "The others are two", trigger: ".o_pareto_table a:contains('Others (2)')", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains('Tool 1')" },
        { content: "The complaint", trigger: ".o_list_view .o_data_row:contains('Tool 2') td[name='partner_id']", run: "click" },
        { trigger: ".o_form_view div[name='line_ids'] .o_data_row:contains('Tool 2')" },
    ],
});

tours.add("quality_pareto_mentions", {
    steps: () => [
        { content: "Each complaint has one cause", ...says(1, "None", "2", "100.0 %") },
        { trigger: ".o_pareto_table:not(:has(.o_pareto_mentions))" },
        { trigger: ".o_searchview_dropdown_toggler", run: "click" },
        { content: "Compare products", trigger: ".o_group_by_menu .o-dropdown-item:contains('Product')", run: "click" },
        says(1, "Tool 1", "2", "25.0 %"),
        { content: "What the shares are of", trigger: ".o_pareto_mentions:contains('8 mentions in 2 complaints')" },
        { trigger: ".o_pareto_table tfoot tr:contains('Total'):contains('8'):contains('100.0 %')" },
        { content: "The others are mentions, too", trigger: ".o_pareto_top", run: "select 5" },
        says(6, "Others (2)", "2", "25.0 %", "100.0 %"),
        { content: "A cost stands in one row only", trigger: ".o_graph_renderer button:contains('Measures')", run: "click" },
        { trigger: ".o-dropdown-item:contains('Net Cost')", run: "click" },
        says(1, "Tool 7", "70.00", "100.0 %"),
        { trigger: ".o_pareto_table:not(:has(.o_pareto_mentions)) tfoot tr:contains('70.00')" },
    ],
});

tours.add("quality_pareto_empty", {
    steps: () => [
        { trigger: ".o_nocontent_help:contains('Nothing to compare in this selection')" },
        { content: "Nothing is drawn", trigger: ".o_graph_renderer:not(:has(canvas))" },
    ],
});
