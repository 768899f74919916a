import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

export function choosePhoto(name) {
    const input = document.querySelector("#portal_camera");
    const bytes = Uint8Array.from(atob(PIXEL), (char) => char.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name, { type: "image/png" }));
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
}

/** From an own order line to the complaint's page; what is wrong is said once, and nothing that was typed is lost. */
tours.add("complaint_portal_file", {
    steps: () => [
        { content: "From the order line", trigger: ".o_complaint_report_line", run: "click", expectUnloadPage: true },
        { content: "It is the one", trigger: ".o_quality_line input[type=checkbox]:checked" },
        { content: "Too many", trigger: ".o_quality_line input[name^=quantity]", run: "edit 30" },
        { trigger: "label[for=portal_camera]" },
        { trigger: ".o_quality_form", run: () => choosePhoto("first.png") },
        { trigger: ".o_quality_files:contains('first.png')", run: () => choosePhoto("wrong.png") },
        { content: "Not that one", trigger: ".o_quality_files li:contains('wrong.png') button", run: "click" },
        { trigger: ".o_quality_files:not(:contains('wrong.png'))", run: () => choosePhoto("second.png") },
        { trigger: ".o_quality_form button[type=submit]", run: "click" },
        { content: "All that is wrong", trigger: ".o_quality_problems li:contains('only 10 Units were delivered')" },
        { trigger: ".o_quality_problems li:contains('in one sentence')" },
        { trigger: ".o_quality_problems li:contains('what you ask us to do')" },
        { content: "The photos are still there", trigger: ".o_quality_files:contains('first.png'):contains('second.png')" },
        { trigger: ".o_quality_line input[name^=quantity]", run: "edit 3" },
        { trigger: "input[name=subject]", run: "edit Rust on the blades" },
        { trigger: "textarea[name=description]", run: "edit Seen when we opened the cartons" },
        { trigger: "input[name=demand]", run: "edit Replace them" },
        { content: "One more", trigger: ".o_complaint_add_demand", run: "click" },
        { trigger: "input[name=demand]:nth-of-type(2)", run: "edit Tell us why" },
        { trigger: ".o_quality_form button[type=submit]", run: "click", expectUnloadPage: true },
        { content: "It has arrived", trigger: ".alert-success:contains('We have received your complaint')" },
        { trigger: ".o_quality_files_customer:contains('first.png')" },
        { trigger: ".o_quality_step_done:contains('Received')" },
    ],
});

/** The customer is not satisfied, says why, and sends a message. */
tours.add("complaint_portal_refuse", {
    steps: () => [
        { content: "Not satisfied", trigger: ".o_complaint_not_satisfied", run: "click" },
        { trigger: "#not_satisfied.show textarea", run: "edit The new ones are rusty, too" },
        { trigger: ".o_complaint_send_refusal", run: "click", expectUnloadPage: true },
        { content: "It goes on", trigger: ".alert-info:contains('We go on with your complaint')" },
        { trigger: "#chatterRoot:shadow .o-mail-Composer-input", run: "edit When may I expect them?" },
        { trigger: "#chatterRoot:shadow .o-mail-Composer button:contains(Send):enabled", run: "click" },
        { trigger: "#chatterRoot:shadow .o-mail-Message:contains('When may I expect them?')" },
    ],
});
