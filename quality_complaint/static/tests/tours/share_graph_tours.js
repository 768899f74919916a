import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** What the chart draws of these of its series; a gap is nothing. */
function draws(expected) {
    return {
        content: `It draws ${JSON.stringify(expected)}`,
        trigger: ".o_graph_canvas_container canvas",
        run: ({ anchor }) => {
            const { datasets } = window.Chart.getChart(anchor).data;
            const drawn = Object.fromEntries(
                datasets
                    .filter(({ label }) => label in expected)
                    .map(({ label, data }) => [label, data.filter((value) => value !== null)])
            );
            if (JSON.stringify(drawn) !== JSON.stringify(expected)) {
                throw new Error(`It draws ${JSON.stringify(drawn)}`);
            }
        },
    };
}

function choose(measure) {
    return [
        { trigger: ".o_graph_renderer button:contains('Measures')", run: "click" },
        { trigger: `.o-dropdown-item:contains('${measure}')`, run: "click" },
        { content: "It is drawn", trigger: `.o-dropdown-item.selected:contains('${measure}')` },
    ];
}

tours.add("quality_share_graph_timeliness", {
    steps: () => [
        { trigger: ".o_switch_view.o_graph", run: "click" },
        ...choose("In Time (%)"),
        draws({ "In Time": [100], Running: [] }),
    ],
});

tours.add("quality_share_graph_complaints", {
    steps: () => [
        ...choose("Days to Close"),
        draws({ "Product quality": [] }),
    ],
});
