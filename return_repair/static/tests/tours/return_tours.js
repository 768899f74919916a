import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** Who calls wants to give something back. */
tours.add("caller_file_return", {
    steps: () => [
        { trigger: ".o_caller_section[data-section='returns']:contains('No returns.')" },
        { content: "Wants to give something back", trigger: ".o_caller_buttons button[data-name='file_return']", run: "click" },
        { content: "The customer came along", trigger: "div[name='partner_id'] input:value('Blue Workshop')" },
        { trigger: "div[name='line_ids'] .o_field_x2many_list_row_add button, div[name='line_ids'] .o_field_x2many_list_row_add a", run: "click" },
        { trigger: "div[name='line_ids'] .o_selected_row div[name='product_id'] input", run: "edit Bench vise" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Bench vise')", run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_breadcrumb:contains('R/')" },
        { content: "Back to the call", trigger: ".breadcrumb-item a:contains('Calls'), .o_back_button:contains('Calls')", run: "click" },
        { content: "The return is there", trigger: ".o_caller_section[data-section='returns'] .o_caller_row:contains('Bench vise'):contains('New')" },
    ],
});

/** What a scanner does, wherever one is: it types the number and presses Enter. */
function scan(number) {
    document.activeElement.blur();
    for (const key of [...number, "Enter"]) {
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    }
}

/** Beside the parcel, on a telephone: from the barcode of the sheet to a first part of the goods, then the rest. */
tours.add("return_receive", {
    steps: () => [
        { trigger: ".o_return_scan .o_scan_input", run: "edit nonsense" },
        { trigger: ".o_scan_go", run: "click" },
        { content: "Nothing has that number", trigger: ".o_return_scan_message:contains('«nonsense» is no return')" },
        {
            content: "The barcode of the sheet",
            trigger: ".o_return_scan:has(.o_scan_go:enabled)",
            run: () => scan(`R/${new Date().getFullYear()}/00001`),
        },
        { trigger: ".o_form_view button[name='action_receive']", run: "click" },
        { content: "Nothing is counted yet", trigger: ".o_return_receiving_lines .o_kanban_record:contains('Bench vise') .o_receiving_quantity:contains('0')" },
        { content: "The number on the saw", trigger: ".o_return_receiving_lines .o_kanban_record:contains('Saw')", run: () => scan("SN-1") },
        { trigger: ".o_receiving_counted:contains('Saw, SN-1: 1 counted, 1 expected.')" },
        { trigger: ".o_return_receiving_lines .o_kanban_record:contains('SN-1') .o_receiving_quantity:contains('1')" },
        { content: "What has no number is counted", trigger: ".o_kanban_record:contains('Bench vise') button[name='action_more']", run: "click" },
        { trigger: ".o_kanban_record:contains('Bench vise') .o_receiving_quantity:contains('1')" },
        { content: "or typed", trigger: ".o_kanban_record span:contains('Bench vise')", run: "click" },
        { trigger: ".o_dialog div[name='quantity'] input", run: "edit 3" },
        { trigger: ".o_dialog .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.o_dialog)) .o_kanban_record:contains('Bench vise') .o_receiving_quantity:contains('3')" },
        { trigger: "button[name='action_confirm']", run: "click" },
        { content: "Two are still to come", trigger: ".alert:contains('Bench vise: 3 of 5 Units received.'):contains('The rest stays expected.')" },
        { content: "The next parcel", trigger: "button:contains('Scan the Next')", run: "click" },
        { trigger: ".o_return_scan .o_scan_input", run: "edit jd-77" },
        { trigger: ".o_scan_input", run: "press Enter" },
        { trigger: ".o_form_view button[name='action_receive']", run: "click" },
        { trigger: ".o_return_receiving_lines:not(:contains('Saw')) .o_kanban_record:contains('Expected: 2')" },
        { trigger: "button[name='action_count_all']", run: "click" },
        { trigger: ".o_kanban_record .o_receiving_quantity:contains('2')" },
        { trigger: "button[name='action_confirm']", run: "click" },
        { trigger: ".alert:contains('Bench vise: 5 of 5 Units received.'):contains('All is here')" },
        { trigger: "button[name='action_view_return']", run: "click" },
        { content: "Now it is inspected", trigger: ".o_statusbar_status:contains('Inspection')" },
    ],
});

/** A lot without an open return: a new one is filed from the box. */
tours.add("return_scan_file", {
    steps: () => [
        { trigger: ".o_return_scan .o_scan_input", run: "edit SN-2" },
        { trigger: ".o_scan_input", run: "press Enter" },
        { trigger: ".o_return_scan_message:contains('No return of SN-2 is open.')" },
        { trigger: ".o_return_scan_file", run: "click" },
        { trigger: ".o_form_view div[name='partner_id'] input:value('Blue Workshop')" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved, .o_breadcrumb:contains('R/')" },
    ],
});

/** The sales representative files it from the order, and says what the customer gets. */
tours.add("return_file_from_order", {
    steps: () => [
        { trigger: ".o_statusbar_buttons button[name='action_file_return']", run: "click" },
        { content: "Customer and goods came along", trigger: "div[name='line_ids'] .o_data_row:contains('Bench vise')" },
        { trigger: "div[name='reason_id'] input", run: "edit Bent" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Bent')", run: "click" },
        { content: "Its team came along", trigger: "div[name='team_id'] input:value('Quality')" },
        { trigger: "div[name='line_ids'] .o_data_row td[name='resolution']", run: "click" },
        { trigger: "div[name='line_ids'] .o_selected_row div[name='resolution'] input, div[name='line_ids'] .o_selected_row div[name='resolution'] select", run: "click" },
        { trigger: ".o_select_menu_item:contains('Refund')", run: "click" },
        { trigger: "div[name='line_ids'] .o_selected_row div[name='resolution'] input:value('Refund')" },
        { trigger: "button[name='action_submit']", run: "click" },
        { trigger: ".o_statusbar_status button.o_arrow_button_current[data-value='decision']" },
    ],
});

/** The leader of the team finds what waits for a decision, and accepts. */
tours.add("return_accept", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row:contains('Blue Workshop') td[name='partner_id']", run: "click" },
        { trigger: "button[name='action_accept']", run: "click" },
        { trigger: ".o_statusbar_status button.o_arrow_button_current[data-value='approved']" },
    ],
});

/** The sales representative has told the customer by phone: the goods are expected. */
tours.add("return_tell", {
    steps: () => [
        { trigger: ".o_statusbar_buttons button:contains('Told the Customer')", run: "click" },
        { trigger: ".o_dialog div[name='reason'] textarea", run: "edit To Ada by phone: by parcel, the number on it" },
        { trigger: ".o_dialog button[name='action_confirm']:visible", run: "click" },
        { trigger: ".o_statusbar_status button.o_arrow_button_current[data-value='receiving']" },
    ],
});
