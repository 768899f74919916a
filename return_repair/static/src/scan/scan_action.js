import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { ScanBox } from "./scan_box";

/** From what is scanned to the return. What leads where is `return.order.scan`'s to say. */
export class ScanAction extends Component {
    static template = "return_repair.ScanAction";
    static components = { Layout, ScanBox };
    static props = { ...standardActionServiceProps };
    static path = "scan-return";
    static displayName = _t("Scan a Return");

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ message: false, lots: [] });
    }

    async scan(text) {
        const { action, message, lots } = await this.orm.call("return.order", "scan", [text]);
        Object.assign(this.state, { message: message || false, lots: lots || [] });
        if (action) {
            await this.action.doAction(action);
        }
    }

    async file(lot) {
        await this.action.doAction(await this.orm.call("return.order", "file_scanned_lot", [lot.id]));
    }
}

registry.category("actions").add("return_repair.scan", ScanAction);
