import { registry } from "@web/core/registry";
import { graphView } from "@web/views/graph/graph_view";

/** A share of nothing is no share: where nothing was counted the line has a gap, and does not fall to zero. */
export class ShareGraphModel extends graphView.Model {
    async _loadDataPoints(metaData) {
        const [dataPoints, currencies] = await super._loadDataPoints(...arguments);
        if (this.isShare(metaData)) {
            for (const dataPoint of dataPoints) {
                if (!dataPoint.count || dataPoint.value === false) {
                    dataPoint.value = null;
                }
            }
        }
        return [dataPoints, currencies];
    }

    _getData() {
        const data = super._getData(...arguments);
        if (this.isShare(this.metaData)) {
            for (const dataset of data.datasets) {
                // what has no records has no domain
                dataset.data = dataset.data.map((value, index) => (dataset.domains[index].length ? value : null));
            }
        }
        return data;
    }

    isShare({ fields, measure }) {
        return fields[measure]?.aggregator === "avg";
    }
}

registry.category("views").add("quality_share_graph", { ...graphView, Model: ShareGraphModel });
