import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** The rep takes a question on the phone and forwards it: one line, one click, the customer, one click. */
tours.add("inquiry_take_and_forward", {
    steps: () => [
        { trigger: ".o_control_panel .o-kanban-button-new", run: "click" },
        { content: "The question", trigger: ".o_form_view div[name='subject'] textarea, .o_form_view div[name='subject'] input", run: "edit Which oil for the drill?" },
        { content: "About what", trigger: "div[name='type_id'] .o_selection_badge:contains('Lubrication')", run: "click" },
        { content: "Who asks", trigger: "div[name='partner_id'] input", run: "edit Ada Blue" },
        { trigger: ".o-autocomplete--dropdown-item a:contains('Ada Blue')", run: "click" },
        { content: "His number came along", trigger: "div[name='partner_phone'] input:value('+1 555 0100')" },
        { content: "The type has proposed the team", trigger: "div[name='team_id'] input:value('Engineering')" },
        { content: "Forward", trigger: "button[name='action_forward']", run: "click" },
        { content: "It waits for the answer", trigger: ".o_arrow_button_current:contains('Forwarded')" },
    ],
});

/** A plain employee of the team that was asked answers. */
tours.add("inquiry_answer", {
    steps: () => [
        { trigger: ".o_data_row td:contains('Which oil for the drill?')", run: "click" },
        { content: "The question is not his to change", trigger: "div[name='subject'].o_readonly_modifier" },
        { trigger: "div[name='answer'] .odoo-editor-editable", run: "editor Resin-free, three drops a month" },
        { trigger: "button[name='action_answer']", run: "click" },
        { content: "It is answered", trigger: ".o_arrow_button_current:contains('Answered')" },
        { content: "and not his to tell", trigger: "body:not(:has(button[name='action_tell']))" },
    ],
});

/** The rep tells the customer, and writes down what he said. */
tours.add("inquiry_tell", {
    steps: () => [
        { trigger: ".o_kanban_record:contains('Which oil for the drill?')", run: "click" },
        { trigger: "div[name='answer']:contains('Resin-free')" },
        { trigger: "div[name='result'] textarea", run: "edit Thank you" },
        { trigger: "button[name='action_tell']", run: "click" },
        { content: "Done", trigger: ".ribbon:contains('Done')" },
    ],
});

/** It was a complaint after all: filed with one click, with all that was said. */
tours.add("inquiry_file_complaint", {
    steps: () => [
        { trigger: "button[name='action_create_complaint']:contains('File Complaint')", run: "click" },
        { content: "All that was said", trigger: "div[name='description'] .odoo-editor-editable:contains('Resin-free')" },
        { trigger: "div[name='partner_id'] input:value('Blue Workshop')" },
        { trigger: ".o_form_button_save", run: "click" },
        { content: "It shows its inquiry", trigger: "button[name='action_view_inquiries']", run: "click" },
        { content: "and the inquiry leads to it", trigger: "button.oe_stat_button[name='action_create_complaint']", run: "click" },
        { trigger: ".o_form_view button[name='action_submit']" },
    ],
});
