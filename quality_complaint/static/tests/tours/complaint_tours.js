import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

/** Write into the editor of an HTML field. */
function writeHtml(field, text) {
    return [
        {
            content: `Write ${field}`,
            trigger: `div[name='${field}'] .odoo-editor-editable`,
            run: `editor ${text}`,
        },
    ];
}

/** Open a page of the form's notebook. */
function openPage(label) {
    return [{ content: `Open «${label}»`, trigger: `.o_notebook a.nav-link:contains('${label}')`, run: "click" }];
}

/** The statusbar says that the complaint is in this state. */
function inState(state) {
    return [
        {
            content: `The complaint is in ${state}`,
            trigger: `.o_statusbar_status button.o_arrow_button_current[data-value='${state}']`,
        },
    ];
}

/** A sales rep files a complaint from the order and submits it. */
tours.add("complaint_file_from_order", {
    steps: () => [
        {
            content: "File a complaint from the order",
            trigger: ".o_form_statusbar button[name='action_file_complaint']",
            run: "click",
        },
        {
            content: "The customer came along",
            trigger: "div[name='partner_id'] input:value('Blue Workshop')",
        },
        {
            content: "The product came along, with what was shipped",
            trigger: "div[name='line_ids'] .o_data_row:contains('Screwdriver set'):contains('10.00')",
        },
        {
            content: "Say what it is about",
            trigger: ".o_field_widget[name='subject'] textarea, .o_field_widget[name='subject'] input",
            run: "edit Screwdrivers arrived rusty",
        },
        {
            content: "Add what the customer asks for",
            trigger: "div[name='demand_ids'] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: "div[name='demand_ids'] .o_selected_row .o_field_widget[name='name'] textarea",
            run: "edit Deal with it at once",
        },
        ...stepUtils.saveForm(),
        { content: "Submit", trigger: "button[name='action_submit']", run: "click" },
        ...inState("review"),
    ],
});

/** The quality manager upholds and approves it. */
tours.add("complaint_approve", {
    steps: () => [
        ...openPage("Review"),
        {
            trigger: "div[name='validity'] .o_radio_item:contains('Upheld'):not(:contains('Not')) input",
            run: "click",
        },
        {
            content: "How bad is it?",
            trigger: "div[name='severity'] input",
            run: "click",
        },
        { trigger: ".o_select_menu_item:contains('Major')", run: "click" },
        ...stepUtils.saveForm(),
        { content: "Approve", trigger: "button[name='action_approve']", run: "click" },
        ...inState("investigation"),
    ],
});

/** The handler writes his opinion, plans an action and starts it. */
tours.add("complaint_plan", {
    steps: () => [
        ...openPage("Handling"),
        ...writeHtml("handling_opinion", "Sort the pallet and replace what is rusty"),
        {
            content: "Plan an action",
            trigger: "div[name='capa_ids'] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: "div[name='capa_ids'] .o_selected_row div[name='name'] input",
            run: "edit Send two people to sort",
        },
        ...stepUtils.saveForm(),
        { content: "Start", trigger: "button[name='action_start_plan']", run: "click" },
        {
            content: "The action runs",
            trigger: "div[name='capa_ids'] .o_data_row:contains('In Progress')",
        },
    ],
});

/** Whoever owns the action does it as his activity, with what was done as feedback. */
tours.add("complaint_capa_done", {
    steps: () => [
        { content: "Mark the activity done", trigger: ".o-mail-Activity-markDone", run: "click" },
        {
            trigger: ".o-mail-ActivityMarkAsDone textarea",
            run: "edit Sorted 200 sets, 20 were rusty",
        },
        { trigger: ".o-mail-ActivityMarkAsDone button[aria-label='Done']", run: "click" },
        ...inState("done"),
        { trigger: "div[name='result']:contains('20 were rusty')" },
    ],
});

/** The handler answers the demand, records the cause and resolves. */
tours.add("complaint_resolve", {
    steps: () => [
        {
            content: "Answer the demand",
            trigger: "div[name='demand_ids'] .o_data_row td[name='answer']",
            run: "click",
        },
        {
            trigger: "div[name='demand_ids'] .o_selected_row .o_field_widget[name='answer'] textarea",
            run: "edit All rusty sets are replaced",
        },
        {
            trigger: "div[name='demand_ids'] .o_selected_row div[name='outcome'] input",
            run: "click",
        },
        { trigger: ".o_select_menu_item:contains('Granted'):not(:contains('Partly'))", run: "click" },
        ...openPage("Handling"),
        ...writeHtml("analysis", "Rain during transport"),
        ...stepUtils.saveForm(),
        { trigger: "button[name='action_resolve']", run: "click" },
        ...inState("reply"),
    ],
});

/** The sales manager reads the reply that was drafted and approves it. */
tours.add("complaint_approve_reply", {
    steps: () => [
        ...openPage("Reply and Follow-up"),
        { trigger: "div[name='reply_body']:contains('All rusty sets are replaced')" },
        { trigger: "button[name='action_approve_reply']", run: "click" },
        { trigger: "button[name='action_send_reply']" },
    ],
});

/** The sales rep sends the reply, asks the customer and closes. */
tours.add("complaint_send_and_close", {
    steps: () => [
        { trigger: "button[name='action_send_reply']", run: "click" },
        { content: "The letter is attached", trigger: ".o_dialog .o_attachment_title, .o_dialog :contains('Reply C-')" },
        { trigger: ".o_dialog button.o_mail_send", run: "click" },
        ...inState("follow_up"),
        { trigger: ".o_statusbar_buttons button:contains('Record Answer')", run: "click" },
        {
            trigger: ".o_dialog div[name='satisfied'] .o_radio_item:contains('Satisfied'):not(:contains('Not')) input",
            run: "click",
        },
        { trigger: ".o_dialog div[name='remark'] textarea", run: "edit Thank you, quickly done" },
        { trigger: ".o_dialog button[name='action_confirm']", run: "click" },
        ...inState("closed"),
    ],
});

/** The handler finds what helped once, and uses it. */
tours.add("complaint_use_solution", {
    steps: () => [
        { content: "It was filed before", trigger: "div[name='duplicate_hint']:contains('same customer')" },
        { content: "Look for what is known", trigger: "button[name='action_view_similar']", run: "click" },
        { trigger: ".modal div[name='duplicate_ids'] .o_data_row:contains('similar text')" },
        {
            content: "Use the solution",
            trigger: ".modal div[name='solution_ids'] .o_data_row:contains('Rust on blades') button[name='action_use']",
            run: "click",
        },
        { trigger: "body:not(:has(.modal))" },
        { content: "Merge it with the first", trigger: ".alert button[name='action_merge_likely_duplicate']", run: "click" },
        { trigger: ".modal div[name='kept_id'] input:value('Rust')" },
        { trigger: ".modal button[name='action_confirm']", run: "click" },
        { content: "Here it goes on", trigger: ".o-mail-Message:contains('was merged into this one')" },
    ],
});

/** It was another matter after all. */
tours.add("complaint_undo_merge", {
    steps: () => [
        { trigger: ".alert:contains('where it goes on')" },
        { trigger: "button[name='action_undo_merge']", run: "click" },
        { content: "Yes", trigger: ".modal .modal-footer .btn-primary", run: "click" },
        ...inState("review"),
    ],
});
