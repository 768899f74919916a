import { Domain } from "@web/core/domain";
import { _t } from "@web/core/l10n/translation";
import { sortBy } from "@web/core/utils/arrays";
import { GraphModel } from "@web/views/graph/graph_model";

export const TOPS = [5, 10, 20, 50];

function sum(values) {
    return values.reduce((total, value) => total + value, 0);
}

/** The largest groups in falling order, the rest as one, and what they make up together. */
export class ParetoModel extends GraphModel {
    /** Only one thing is compared: what was chosen last. */
    _buildMetaData(params) {
        const metaData = super._buildMetaData(params);
        const { __count, ...measures } = metaData.measures;
        return {
            top: 10,
            ...metaData,
            measures,
            mode: "bar",
            order: "DESC",
            groupBy: metaData.groupBy.slice(-1),
        };
    }

    /** What is about several groups counts in each of them, so of how many it is has to be asked apart. */
    async _loadDataPoints(metaData) {
        const { measure, fields, domain, groupBy, resModel } = metaData;
        metaData.counted = undefined;
        if (!groupBy.length || fields[measure]?.type !== "many2one") {
            return super._loadDataPoints(...arguments);
        }
        const spec = `${measure}:count_distinct`;
        const [points, [all]] = await Promise.all([
            super._loadDataPoints(...arguments),
            this.orm.formattedReadGroup(resModel, domain, [], [spec], {
                context: this.searchParams.context,
            }),
        ]);
        metaData.counted = all[spec];
        return points;
    }

    hasData() {
        return Boolean(this.dataPoints?.some(({ value }) => value > 0));
    }

    /** What has brought back more than it cost is no cause of costs. */
    _getProcessedDataPoints() {
        const { top } = this.metaData;
        const points = sortBy(
            this.dataPoints.filter(({ value }) => value > 0),
            ({ value }) => value,
            "desc"
        );
        const rest = points.slice(top);
        if (rest.length < 2) {
            return points;
        }
        const others = {
            ...rest[0],
            labels: [_t("Others (%s)", rest.length)],
            value: sum(rest.map(({ value }) => value)),
            domain: Domain.or(rest.map(({ domain }) => domain)).toList(),
            identifier: "others",
        };
        return [...points.slice(0, top), others];
    }

    /** All of them are shown: the rest is one. */
    _getData(dataPoints) {
        const data = super._getData(dataPoints, true);
        const [dataset] = data.datasets;
        const total = sum(dataset?.data ?? []);
        let reached = 0;
        data.total = total;
        data.whole = { value: total, currencyId: dataset?.currencyIds[0] };
        data.rows = data.labels.map((label, index) => {
            const value = dataset.data[index];
            reached += value;
            return {
                label,
                value,
                currencyId: dataset.currencyIds[index],
                share: (100 * value) / total,
                cumulated: (100 * reached) / total,
                domain: dataset.domains[index],
            };
        });
        return data;
    }

    _getLineOverlayDataset() {
        const { rows } = this.data;
        return {
            label: _t("Cumulative Share"),
            data: rows.map(({ cumulated }) => cumulated),
            domains: rows.map(({ domain }) => domain),
            trueLabels: rows.map(({ label }) => label),
            yAxisID: "share",
        };
    }
}
