import { Component } from "@odoo/owl";
import { toLocaleDateTimeString } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const ICONS = { met: "fa-check-circle", missed: "fa-exclamation-circle", running: "fa-clock-o", paused: "fa-pause-circle" };
const COLORS = { met: "success", missed: "danger", running: "muted", paused: "warning" };

/** The steps of a complaint's present round, side by side: who, until when, done or how late, why it stands. */
export class MilestoneTrack extends Component {
    static template = "quality_complaint.MilestoneTrack";
    static props = { ...standardFieldProps };

    get steps() {
        const records = this.props.record.data[this.props.name].records.map((record) => ({ id: record.id, ...record.data }));
        const round = Math.max(...records.map((step) => step.round));
        return records
            .filter((step) => step.round === round)
            .sort((one, other) => one.date_deadline - other.date_deadline)
            .map((step) => ({
                ...step,
                label: this.getStepLabel(step.step),
                color: COLORS[step.deadline_state] || "muted",
                icon: ICONS[step.deadline_state] || "fa-circle-o",
                due: this.format(step.date_deadline),
                done: this.format(step.date_done),
            }));
    }

    format(moment) {
        return moment && toLocaleDateTimeString(moment, { showSeconds: false });
    }

    getStepLabel(step) {
        const { selection } = this.props.record.data[this.props.name].fields.step;
        return Object.fromEntries(selection)[step];
    }
}

registry.category("fields").add("milestone_track", {
    component: MilestoneTrack,
    supportedTypes: ["one2many"],
    relatedFields: [
        { name: "round", type: "integer" },
        { name: "step", type: "selection" },
        { name: "user_id", type: "many2one", relation: "res.users" },
        { name: "date_deadline", type: "datetime" },
        { name: "date_done", type: "datetime" },
        { name: "deadline_state", type: "selection" },
        { name: "deadline_hint", type: "char" },
    ],
    useSubView: false,
});
