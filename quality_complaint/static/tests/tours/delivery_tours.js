import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** From the list of what is to be asked: one point is OK, one is not, and that becomes a complaint. */
tours.add("delivery_follow_up", {
    steps: () => [
        { content: "What is to be asked", trigger: ".o_kanban_record:contains('Blue Workshop')", run: "click" },
        {
            content: "It arrived on time",
            trigger: "div[name='check_ids'] .o_data_row:contains('Arrived on time') button[name='action_ok']",
            run: "click",
        },
        { trigger: "div[name='check_ids'] .o_data_row:contains('Arrived on time') button.btn-success" },
        {
            content: "The packaging was not OK",
            trigger: "div[name='check_ids'] .o_data_row:contains('Packaging undamaged') button[name='action_not_ok']",
            run: "click",
        },
        { content: "What was wrong?", trigger: ".o_dialog div[name='note'] textarea", run: "edit Two boxes crushed" },
        { trigger: ".o_dialog button[name='action_confirm_not_ok']", run: "click" },
        { trigger: "body:not(:has(.o_dialog)) div[name='check_ids'] .o_data_row:contains('Two boxes crushed')" },
        { trigger: ".alert:contains('no complaint is filed yet')" },
        { content: "It becomes a complaint", trigger: ".o_statusbar_buttons button[name='action_file_complaint']", run: "click" },
        { content: "that is filled in", trigger: "div[name='description']:contains('Two boxes crushed')" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: "body:has(.o_form_saved) button[name='action_view_delivery_followup']", run: "click" },
        { content: "The follow-up is done with it", trigger: ".o_arrow_button_current:contains('Done')" },
        { trigger: "button[name='action_view_complaint']" },
    ],
});

/** All is well: one click in the list for several. */
tours.add("delivery_all_ok", {
    steps: () => [
        { trigger: ".o_switch_view.o_list", run: "click" },
        { trigger: ".o_list_view .o_group_header:first", run: "click" },
        { trigger: ".o_data_row" },
        { trigger: ".o_list_view thead .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel button[name='action_all_ok'], .o_list_selection_box ~ button[name='action_all_ok']", run: "click" },
        { content: "Nothing is left to ask", trigger: ".o_view_nocontent:contains('All your customers have been asked')" },
    ],
});
