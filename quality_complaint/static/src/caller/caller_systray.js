import { Component, onWillStart } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

const REPORTER = "quality_complaint.group_reporter";

/** Open the caller screen from anywhere; where it is open already, go to its box. */
function openCaller(env) {
    if (env.services.action.currentController?.action.tag === "quality_complaint.caller") {
        env.bus.trigger("CALLER:FOCUS");
    } else {
        env.services.action.doAction("quality_complaint.action_caller");
    }
}

export class CallerSystray extends Component {
    static template = "quality_complaint.CallerSystray";
    static props = {};

    setup() {
        onWillStart(async () => {
            this.isShown = await user.hasGroup(REPORTER);
        });
    }

    open() {
        openCaller(this.env);
    }
}

registry.category("systray").add("quality_complaint.caller", { Component: CallerSystray }, { sequence: 28 });

registry.category("command_categories").add("caller", {}, { sequence: 46 });
registry.category("command_provider").add("quality_complaint.caller", {
    provide: async (env) =>
        (await user.hasGroup(REPORTER))
            ? [{ name: _t("Look Up a Caller"), category: "caller", hotkey: "alt+shift+p", action: () => openCaller(env) }]
            : [],
});
