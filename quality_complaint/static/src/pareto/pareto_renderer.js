import { _t } from "@web/core/l10n/translation";
import { formatFloat, formatInteger, formatMonetary } from "@web/views/fields/formatters";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { TOPS } from "./pareto_model";

export class ParetoRenderer extends GraphRenderer {
    static template = "quality_complaint.ParetoRenderer";

    get tops() {
        return TOPS;
    }

    get measureLabel() {
        const { measure, measures } = this.model.metaData;
        return measures[measure].string;
    }

    /** What the shares are of, where the bars count something several times. */
    get mentionsLabel() {
        const { data, metaData } = this.model;
        return data.total > metaData.counted
            ? _t(
                  "%(mentions)s mentions in %(complaints)s complaints: a complaint about several of these counts once in each. Shares are of the mentions.",
                  { mentions: formatInteger(data.total), complaints: formatInteger(metaData.counted) }
              )
            : "";
    }

    onTopChanged(ev) {
        this.model.updateMetaData({ top: Number(ev.target.value) });
    }

    formatShare(share) {
        return `${formatFloat(share, { digits: [16, 1] })} %`;
    }

    formatRow({ value, currencyId }) {
        return currencyId ? formatMonetary(value, { currencyId }) : formatInteger(value);
    }

    /** Both axes end at the whole, so that the line stands above the bars by as much as they add up to. */
    getScaleOptions() {
        const scales = super.getScaleOptions();
        const { y } = scales;
        return {
            ...scales,
            y: { ...y, max: this.model.data.total || undefined },
            share: {
                position: "right",
                min: 0,
                max: 100,
                ticks: { color: y.ticks.color, callback: (share) => `${share} %` },
                grid: { display: false },
                border: { display: false },
            },
        };
    }

    getTooltipItems(data, metaData, { dataPoints }) {
        return dataPoints.flatMap((point) => {
            const items = super.getTooltipItems(data, metaData, { dataPoints: [point] });
            return point.dataset.yAxisID === "share"
                ? items.map((item) => ({ ...item, value: this.formatShare(point.raw) }))
                : items;
        });
    }
}
