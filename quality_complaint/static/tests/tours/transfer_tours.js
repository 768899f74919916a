import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** The handler hands the complaint to another team, with the reason, and is led back to his list. */
tours.add("complaint_transfer", {
    steps: () => [
        { content: "Transfer", trigger: ".o_form_statusbar button:contains('Transfer')", run: "click" },
        { content: "Choose the team", trigger: ".o_dialog div[name='team_id'] input", run: "edit Packing" },
        { trigger: ".o_dialog .o-autocomplete--dropdown-item a:contains('Packing')", run: "click" },
        {
            content: "Say why",
            trigger: ".o_dialog div[name='reason'] textarea",
            run: "edit The carton was too thin",
        },
        { trigger: ".o_dialog button[name='action_confirm']", run: "click" },
        { content: "He no longer sees it", trigger: ".o_notification:contains('is with Packing now')" },
        { content: "and is at his list", trigger: ".o_kanban_view .breadcrumb:contains('My Complaints'), .o_breadcrumb:contains('My Complaints')" },
        { trigger: "body:not(:has(.o_dialog))" },
    ],
});

/** The new team's leader sees it with the reason, takes it and writes how it is to be handled. */
tours.add("complaint_transferred", {
    steps: () => [
        { content: "Why did it come?", trigger: ".o_notebook a.nav-link:contains('Review')", run: "click" },
        { trigger: "div[name='transfer_ids'] .o_data_row:contains('The carton was too thin')" },
        { trigger: ".o_notebook a.nav-link:contains('Handling')", run: "click" },
        {
            trigger: "div[name='handling_opinion'] .odoo-editor-editable",
            run: "editor Pack it in stronger cartons",
        },
        {
            content: "Ask another team",
            trigger: "div[name='assignment_ids'] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: "div[name='assignment_ids'] .o_selected_row div[name='team_id'] input",
            run: "edit Purchasing",
        },
        { trigger: ".o-autocomplete--dropdown-item a:contains('Purchasing')", run: "click" },
        {
            trigger: "div[name='assignment_ids'] .o_selected_row div[name='name'] input",
            run: "edit What does a stronger carton cost?",
        },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: "body:has(.o_form_saved) div[name='assignment_ids'] .o_data_row:contains('Purchasing'):contains('What does a stronger carton cost?')" },
    ],
});

/** Somebody of the team that was asked answers. */
tours.add("complaint_part_answered", {
    steps: () => [
        { trigger: ".o_data_row td:contains('What does a stronger carton cost?')", run: "click" },
        { trigger: "div[name='answer'] textarea", run: "edit Twelve cents more" },
        { trigger: "button[name='action_answered']", run: "click" },
        { content: "It is answered", trigger: ".ribbon:contains('Answered')" },
    ],
});

/** The register is downloaded as an Excel file. */
tours.add("complaint_register", {
    steps: () => [
        { trigger: ".o_data_row td[name='name']:first" },
        { content: "The channels of the register", trigger: ".o_search_panel .o_search_panel_label:contains('Fax')", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains('Sent by fax')" },
        { trigger: "body:not(:has(.o_data_row:contains('Told by phone')))" },
        { content: "Excel", trigger: ".o_control_panel button[name='action_export_register']", run: "click" },
        { trigger: "body:not(:has(.o_blockUI)):not(:has(.o_dialog))" },
    ],
});
