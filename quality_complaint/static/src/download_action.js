import { download } from "@web/core/network/download";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

/** Download what a controller makes of the parameters; they are posted, so that they may be long. */
async function downloadAction(env, { params }) {
    await download({
        url: params.url,
        data: { ...params.data, context: JSON.stringify(user.context) },
    });
    return params.next;
}

registry.category("actions").add("quality_complaint.download", downloadAction);
