import { Component, useState } from "@odoo/owl";

export const STEP_COLORS = { met: "success", missed: "danger", running: "primary", paused: "warning", none: "secondary" };

/** A line of a section of the caller screen: it opens its record, and a complaint can be filed about it. */
export class CallerRow extends Component {
    static template = "quality_complaint.CallerRow";
    static props = {
        row: Object,
        hotkey: { type: String, optional: true },
        isNarrow: { type: Boolean, optional: true },
        isUnfolded: { type: Boolean, optional: true },
        onOpen: Function,
        onFile: Function,
    };

    setup() {
        this.stepColors = STEP_COLORS;
        this.state = useState({ isUnfolded: Boolean(this.props.isUnfolded) });
    }

    get row() {
        return this.props.row;
    }

    toggle() {
        this.state.isUnfolded = !this.state.isUnfolded;
    }

    onKeydown(ev) {
        if (ev.target !== ev.currentTarget) {
            return;
        }
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.props.onOpen(this.row);
        } else if (["ArrowLeft", "ArrowRight"].includes(ev.key) && this.row.items?.length) {
            ev.preventDefault();
            this.state.isUnfolded = ev.key === "ArrowRight";
        }
    }
}
