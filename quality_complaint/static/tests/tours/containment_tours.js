import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** The quality manager asks where else the lot is, files for those customers, and starts the action for own stock. */
tours.add("complaint_containment", {
    steps: () => [
        {
            content: "Where else is the lot?",
            trigger: "button.oe_stat_button[name='action_view_same_lot']",
            run: "click",
        },
        {
            content: "It is said in words",
            trigger: "div[name='summary']:contains('2 other customers still have 21 Units of Saw')",
        },
        {
            content: "What came back is no longer there",
            trigger: "div[name='customer_line_ids'] .o_data_row:contains('Green Garden'):contains('20.00'):contains('6.00'):contains('14.00')",
        },
        {
            content: "The customer who complained can not be ticked",
            trigger: "div[name='customer_line_ids'] .o_data_row:contains('Blue Workshop'):not(:has(td[name='selected'] input))",
        },
        {
            content: "One customer is left out",
            trigger: "div[name='customer_line_ids'] .o_data_row:contains('Red Roofs') td[name='selected'] input",
            run: "click",
        },
        { content: "File", trigger: "button[name='action_file']", run: "click" },
        {
            content: "The list of what was filed",
            trigger: ".o_list_view .o_data_row:contains('The teeth break off'):contains('Green Garden')",
        },
        {
            content: "Back to the list",
            trigger: ".breadcrumb-item a:contains('Where else is lot S-1')",
            run: "click",
        },
        {
            content: "It shows who is filed",
            trigger: "div[name='customer_line_ids'] .o_data_row:contains('Green Garden') td[name='complaint_id']:contains('C/')",
        },
        { content: "Block the stock", trigger: "button[name='action_block_stock']", run: "click" },
        {
            content: "The action says what and how much",
            trigger: ".o_form_view div[name='name'] :value('Block and sort lot S-1, 69 Units in stock'), .o_form_view div[name='name']:contains('Block and sort')",
        },
        { content: "Start it", trigger: "button[name='action_open']", run: "click" },
        { trigger: ".o_statusbar_status button.o_arrow_button_current[data-value='open']" },
        {
            content: "Back to the complaint",
            trigger: ".breadcrumb-item a:contains('The teeth break off'), .o_breadcrumb a:contains('The teeth break off')",
            run: "click",
        },
        {
            content: "It shows the complaint of the other customer",
            trigger: "button[name='action_view_children']:contains('1')",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains('Green Garden') td[name='subject']",
            run: "click",
        },
        { content: "Which says what it is part of", trigger: "div[name='parent_id']:contains('The teeth break off')" },
    ],
});
