import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getCustomColor } from "@web/core/colors/colors";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";

/** Month by month: the rate, its centre, and the limits of each month; what is outside stands out. */
export class RateChart extends Component {
    static template = "quality_complaint.RateChart";
    static props = { ...standardFieldProps };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (data) => {
                if (!data || !this.canvas.el) {
                    return;
                }
                const chart = new Chart(this.canvas.el, this.getConfig(data));
                return () => chart.destroy();
            },
            () => [this.props.record.data[this.props.name]]
        );
    }

    getConfig({ months, series, marks }) {
        const scheme = cookie.get("color_scheme");
        const colors = {
            rate: getCustomColor(scheme, "#714b67", "#c9a7bf"),
            centre: getCustomColor(scheme, "#28a745", "#3fb950"),
            limit: getCustomColor(scheme, "#d9822b", "#e3a35c"),
            high: getCustomColor(scheme, "#d23f3a", "#ff6b64"),
            low: getCustomColor(scheme, "#1f7ab8", "#58a6ff"),
            grid: getCustomColor(scheme, "#d8dadd", "#3C3E4B"),
            text: getCustomColor(scheme, "#111827", "#E4E4E4"),
        };
        const axis = { grid: { color: colors.grid }, ticks: { color: colors.text } };
        return {
            type: "line",
            data: {
                labels: months,
                datasets: series.map(({ label, kind, values }) => ({
                    label,
                    data: values,
                    borderColor: colors[kind],
                    backgroundColor: colors[kind],
                    borderWidth: kind === "rate" ? 2 : 1,
                    borderDash: kind === "limit" ? [6, 4] : [],
                    stepped: kind === "limit" && "middle",
                    pointRadius: kind === "rate" ? marks.map((mark) => (mark ? 6 : 3)) : 0,
                    pointBackgroundColor: kind === "rate" ? marks.map((mark) => colors[mark || "rate"]) : colors[kind],
                    pointBorderColor: kind === "rate" ? marks.map((mark) => colors[mark || "rate"]) : colors[kind],
                })),
            },
            options: {
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                plugins: { legend: { labels: { color: colors.text } } },
                scales: { x: axis, y: { ...axis, beginAtZero: true } },
                elements: { line: { tension: 0 } },
            },
        };
    }
}

registry.category("fields").add("rate_chart", { component: RateChart, supportedTypes: ["json"] });
