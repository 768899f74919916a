import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { ScanBox } from "./scan_box";

/** The box of the receiving page: each scan counts one more, on the server. */
export class ReceivingScan extends Component {
    static template = "return_repair.ReceivingScan";
    static components = { ScanBox };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ counted: "" });
    }

    async scan(text) {
        const { record } = this.props;
        this.state.counted = "";
        await record.save();
        this.state.counted = await this.orm.call(record.resModel, "scan", [record.resId, text]);
        await record.load();
    }
}

registry.category("view_widgets").add("return_receiving_scan", { component: ReceivingScan });
