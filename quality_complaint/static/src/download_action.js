import { _t } from "@web/core/l10n/translation";
import { download } from "@web/core/network/download";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

/** Download what a controller makes of the parameters; they are posted, so that they may be long. Until it is there, the screen says so. */
async function downloadAction(env, { params }) {
    env.services.ui.block({ message: _t("The file is being made…"), delay: 300 });
    try {
        await download({
            url: params.url,
            data: { ...params.data, context: JSON.stringify(user.context) },
        });
    } finally {
        env.services.ui.unblock();
    }
    return params.next;
}

registry.category("actions").add("quality_complaint.download", downloadAction);
