import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { useBus, useService } from "@web/core/utils/hooks";

// what core's own handlers listen to
const COMMAND = /^O(BT|CD)/;

/** One box for whatever is scanned: by a scanner, by the camera of a telephone, or typed. */
export class ScanBox extends Component {
    static template = "return_repair.ScanBox";
    static props = {
        onScan: Function,
        placeholder: String,
        isDisabled: { type: Boolean, optional: true },
    };

    setup() {
        this.notification = useService("notification");
        this.ui = useService("ui");
        this.inputRef = useRef("input");
        this.hasCamera = isBarcodeScannerSupported();
        this.state = useState({ text: "", isBusy: false });
        // a scanner types wherever one is; in the box itself it is like typing
        useBus(useService("barcode").bus, "barcode_scanned", (ev) => this.scan(ev.detail.barcode));
        // on a telephone its keyboard would hide what is to be read
        onMounted(() => !this.ui.isSmall && this.inputRef.el.focus());
    }

    async scan(text) {
        text = text.trim();
        if (!text || this.state.isBusy || this.props.isDisabled || COMMAND.test(text)) {
            return;
        }
        Object.assign(this.state, { text, isBusy: true });
        try {
            await this.props.onScan(text);
            this.state.text = "";
        } finally {
            this.state.isBusy = false;
            if (document.activeElement === this.inputRef.el) {
                this.inputRef.el.select(); // the next scan replaces what was wrong
            }
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && !ev.isComposing) {
            ev.preventDefault();
            ev.stopPropagation();
            this.scan(this.state.text);
        }
    }

    async openCamera() {
        try {
            await this.scan(await scanBarcode(this.env));
        } catch (error) {
            this.notification.add(error.message, { type: "warning" });
        }
    }
}
