import { Component, onMounted, onPatched, useExternalListener, useRef, useState } from "@odoo/owl";
import { useBus, useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { CallerRow } from "./caller_row";

const PHONE_PREFIX = "tel:";

/** In the address, what looks like a number would lose its zeros and its plus: the router makes a number of it. */
function toAddress(text) {
    return text && !isNaN(text) ? PHONE_PREFIX + text : text || undefined;
}

/**
 * Who is calling, what he bought, what he complained about: looked up by whatever is known of him.
 *
 * Nothing is kept here: what is shown is what `quality.caller` answers, asked again whenever one comes back to the screen.
 */
export class CallerScreen extends Component {
    static template = "quality_complaint.CallerScreen";
    static components = { CallerRow, Layout };
    static props = { ...standardActionServiceProps };
    static path = "caller";
    static displayName = _t("Calls");

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.orm = useService("orm");
        this.ui = useService("ui");
        this.rootRef = useRef("root");
        this.inputRef = useRef("input");
        this.answers = new KeepLast();
        const { action, resId, state: kept } = this.props;
        const from = kept?.text !== undefined ? kept : { text: String(action.params?.call ?? ""), partnerId: resId || action.params?.resId };
        this.state = useState({
            input: from.text.replace(PHONE_PREFIX, ""),
            text: from.text,
            partnerId: from.partnerId || false,
            number: from.number || false,
            isLoading: false,
            hasFailed: false,
            result: { kind: "empty" },
        });
        useSetupAction({
            rootRef: this.rootRef,
            getLocalState: () => ({ text: this.state.text, partnerId: this.state.partnerId, number: this.state.number }),
        });
        useBus(this.env.bus, "CALLER:FOCUS", () => this.focusInput());
        useExternalListener(window, "keydown", this.onKeydown.bind(this));
        // what had the focus may be gone with the last answer; on a telephone its keyboard would hide the answer
        onPatched(() => !this.ui.isSmall && document.activeElement === document.body && this.focusInput());
        onMounted(() => {
            if (this.state.text || this.state.partnerId) {
                this.load(this.state.text, this.state.partnerId);
            }
            if (!this.ui.isSmall || !this.state.text) {
                this.focusInput();
            }
        });
    }

    // ------------------------------------------------------------------ looking up
    /** Ask for what the text, or who was chosen, leads to; an answer that comes when something else was asked is dropped. */
    async load(text, partnerId = false) {
        Object.assign(this.state, { text, partnerId, isLoading: true, hasFailed: false });
        try {
            const result = await this.answers.add(this.orm.silent.call("quality.caller", "look_up", [text, partnerId]));
            Object.assign(this.state, {
                result,
                isLoading: false,
                partnerId: result.partner_id || false,
                number: result.number || this.state.number,
            });
            this.props.updateActionState?.({ call: toAddress(text), resId: this.state.partnerId });
        } catch (error) {
            Object.assign(this.state, { isLoading: false, hasFailed: error.data?.message || true });
        }
    }

    search() {
        const text = this.state.input.trim();
        if (text) {
            this.load(text);
        } else {
            this.dismiss();
        }
    }

    /** The call is over: an empty screen for the next one. */
    dismiss() {
        Object.assign(this.state, { input: "", number: false });
        this.load("");
        this.focusInput();
    }

    focusInput() {
        this.inputRef.el?.focus();
        this.inputRef.el?.select();
    }

    get card() {
        return this.state.result.card;
    }

    get mainSections() {
        return this.state.result.sections.filter((section) => !section.side);
    }

    get sideSections() {
        return this.state.result.sections.filter((section) => section.side);
    }

    // ------------------------------------------------------------------ doing
    open(row) {
        if (row.model) {
            this.openRecord(row.model, row.id);
        }
    }

    openRecord(model, id) {
        return this.action.doAction({ type: "ir.actions.act_window", res_model: model, res_id: id, views: [[false, "form"]] });
    }

    openAll(section) {
        const [model, domain] = section.all;
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: section.label,
            res_model: model,
            domain,
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }

    async file([model, id] = [false, false]) {
        this.action.doAction(
            await this.orm.call("quality.caller", "file_complaint", [this.state.partnerId, model, id, this.state.number])
        );
    }

    /** A button that an addon has put on the card. */
    async press({ method }) {
        this.action.doAction(await this.orm.call("quality.caller", method, [this.state.partnerId, this.state.number]));
    }

    async openNewInquiry() {
        const { create } = this.state.result;
        this.action.doAction(
            await this.orm.call("quality.caller", "open_new_inquiry", [this.state.partnerId, this.state.number, create?.name || false])
        );
    }

    choose(choice) {
        this.load(this.state.text, choice.id);
    }

    createCustomer() {
        const { create } = this.state.result;
        this.dialog.add(FormViewDialog, {
            resModel: "res.partner",
            title: _t("New Customer"),
            size: "md",
            canExpand: false,
            context: {
                default_name: create.name,
                default_phone: create.phone,
                form_view_ref: "quality_complaint.view_res_partner_caller_form",
            },
            onRecordSaved: (record) => this.load(this.state.text, record.resId),
        });
    }

    // ------------------------------------------------------------------ keyboard
    onInputKeydown(ev) {
        if (ev.key === "Enter" && !ev.isComposing) {
            ev.preventDefault();
            this.search();
        }
    }

    /** Up and down go from the box through all rows; Escape goes back to the box, and there ends the call. */
    onKeydown(ev) {
        const isElsewhere = !this.rootRef.el?.contains(ev.target) && ev.target !== document.body;
        if (isElsewhere || ev.altKey || ev.ctrlKey || ev.metaKey || ev.isComposing) {
            return;
        }
        const stops = [...this.rootRef.el.querySelectorAll(".o_caller_stop")];
        const at = stops.indexOf(ev.target.closest(".o_caller_stop"));
        if (ev.key === "ArrowDown" || ev.key === "ArrowUp") {
            ev.preventDefault();
            const next = stops[Math.max(0, Math.min(stops.length - 1, at + (ev.key === "ArrowDown" ? 1 : -1)))];
            next.focus();
        } else if (ev.key === "Escape") {
            ev.preventDefault();
            if (ev.target === this.inputRef.el) {
                this.dismiss();
            } else {
                this.focusInput();
            }
        }
    }
}

registry.category("actions").add("quality_complaint.caller", CallerScreen);
