import { choosePhoto } from "@quality_complaint/../tests/tours/portal_tours";
import { registry } from "@web/core/registry";

/** From an own order to the return's page; what is wrong is said once, nothing that was typed is lost; then it is cancelled. */
registry.category("web_tour.tours").add("return_portal_file", {
    steps: () => [
        { content: "From the order", trigger: ".o_return_ask", run: "click", expectUnloadPage: true },
        { content: "It is the one", trigger: ".o_quality_line input[type=checkbox]:checked" },
        { content: "Too many", trigger: ".o_quality_line input[name^=quantity]", run: "edit 30" },
        { trigger: "label[for=portal_camera]" },
        { trigger: ".o_return_form", run: () => choosePhoto("first.png") },
        { trigger: ".o_quality_files:contains('first.png')" },
        { trigger: ".o_return_form button[type=submit]", run: "click" },
        { content: "All that is wrong", trigger: ".o_quality_problems li:contains('only 10 Units can still come back')" },
        { trigger: ".o_quality_problems li:contains('choose what you want for it')" },
        { trigger: ".o_quality_problems li:contains('Choose the reason')" },
        { content: "The photo is still there", trigger: ".o_quality_files:contains('first.png')" },
        { trigger: ".o_quality_line input[name^=quantity]", run: "edit 3" },
        { trigger: ".o_quality_line select[name^=wish]", run: "selectByLabel Repair" },
        { trigger: "select[name=reason_id]", run: "selectByLabel Bent" },
        { content: "Where is not asked yet", trigger: ".o_return_form:not(:has(.o_return_address:visible))" },
        { trigger: "input[name=collection][value=pickup]", run: "click" },
        { trigger: ".o_return_address select:contains('1 Mill Lane')" },
        { trigger: ".o_return_form button[type=submit]", run: "click", expectUnloadPage: true },
        { content: "It has arrived", trigger: ".alert-success:contains('We have received your request')" },
        { trigger: ".o_quality_files_customer:contains('first.png')" },
        { trigger: ".o_quality_step_done:contains('Received')" },
        { content: "Not any more", trigger: ".o_return_cancel", run: "click" },
        { trigger: "#cancel_return.show textarea", run: "edit It works again" },
        { trigger: ".o_return_cancel_now", run: "click", expectUnloadPage: true },
        { trigger: ".alert-info:contains('Your return is cancelled')" },
    ],
});
