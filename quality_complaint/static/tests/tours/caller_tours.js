import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** What the box holds, and that its answer is there. */
function inBox(text) {
    return { content: `The box holds «${text}»`, trigger: `.o_caller_input:value('${text}')` };
}

tours.add("caller_file_complaint", {
    steps: () => [
        inBox("2065550143"),
        { content: "It is Ada, of the Blue Workshop", trigger: ".o_caller_card:contains('Blue Workshop'):contains('Ada Blue')" },
        {
            content: "File a complaint about the order",
            trigger: ".o_caller_section[data-section='orders'] .o_caller_row:contains('10 / 10') > div:first-child .o_caller_file",
            run: "click",
        },
        { content: "The person came along", trigger: "div[name='contact_id'] input:value('Ada Blue')" },
        { trigger: ".o_field_widget[name='subject'] textarea, .o_field_widget[name='subject'] input", run: "edit Rust on all blades" },
        { trigger: "div[name='demand_ids'] .o_field_x2many_list_row_add button, div[name='demand_ids'] .o_field_x2many_list_row_add a", run: "click" },
        { trigger: "div[name='demand_ids'] .o_selected_row div[name='name'] input, div[name='demand_ids'] .o_selected_row div[name='name'] textarea", run: "edit New ones" },
        { trigger: "button[name='action_submit']", run: "click" },
        { trigger: ".o_statusbar_status button.o_arrow_button_current[data-value='review']" },
        { content: "Back to the call", trigger: ".breadcrumb-item a:contains('Calls'), .o_back_button:contains('Calls')", run: "click" },
        inBox("2065550143"),
        { content: "The complaint is there", trigger: ".o_caller_section[data-section='complaints'] .o_caller_row:contains('Rust on all blades'):contains('To Review')" },
        {
            content: "The number is in the address, with all that it needs",
            trigger: ".o_caller",
            run() {
                const { pathname, search } = window.location;
                if (!/^\/odoo\/caller\/\d+$/.test(pathname) || new URLSearchParams(search).get("call") !== "tel:2065550143") {
                    throw new Error(`The address does not lead back to the call: ${pathname}${search}`);
                }
            },
        },
    ],
});

tours.add("caller_choose", {
    steps: () => [
        { trigger: ".o_caller_input", run: "edit 206 555 0160" },
        { trigger: ".o_caller_input", run: "press Enter" },
        { content: "Two have it", trigger: ".o_caller_choices .o_caller_row:contains('Design Studio')" },
        { trigger: ".o_caller_input", run: "press ArrowDown" },
        { content: "The arrow goes to the first", trigger: ".o_caller_choices .o_caller_row:first-of-type:focus", run: "press ArrowDown" },
        { trigger: ".o_caller_choices .o_caller_row:focus:contains('Design Studio')", run: "press ArrowUp" },
        { trigger: ".o_caller_choices .o_caller_row:focus:contains('Print Shop')", run: "press Enter" },
        { trigger: ".o_caller_card h3:contains('Print Shop')" },
        { content: "Nothing known of them", trigger: ".o_caller_section[data-section='orders']:contains('No orders.')" },
        { content: "The end of the call", trigger: ".o_caller_input", run: "press Escape" },
        { trigger: ".o_caller:contains('Who is calling?'):not(:has(.o_caller_card)):not(:has(.o_caller_dismiss))" },
    ],
});

tours.add("caller_create", {
    steps: () => [
        inBox("0912345678"),
        { trigger: ".o_caller_unknown:contains('Unknown number: 0912345678')" },
        { trigger: ".o_caller_create", run: "click" },
        { content: "The number is in it", trigger: ".modal div[name='phone'] input:value('0912345678')" },
        { trigger: ".modal div[name='name'] input, .modal div[name='name'] textarea", run: "edit Yellow Workshop" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: ".o_caller_card h3:contains('Yellow Workshop')" },
        { trigger: ".o_caller_card .o_caller_inquiry", run: "click" },
        { trigger: "div[name='partner_id'] input:value('Yellow Workshop')" },
        { trigger: ".o_field_widget[name='subject'] textarea, .o_field_widget[name='subject'] input", run: "edit Do you sell saws?" },
        { trigger: "div[name='type_id'] .o_selection_badge:contains('Price')", run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        { content: "It has its number", trigger: ".o_breadcrumb:contains('Q/')" },
        { trigger: ".breadcrumb-item a:contains('Calls'), .o_back_button:contains('Calls')", run: "click" },
        { trigger: ".o_caller_section[data-section='inquiries'] .o_caller_row:contains('Do you sell saws?')" },
    ],
});

tours.add("caller_anywhere", {
    steps: () => [
        { trigger: ".o_caller_systray button", run: "click" },
        { trigger: ".o_caller_input", run: "edit tel:anonymous" },
        { trigger: ".o_caller_input", run: "press Enter" },
        { trigger: ".o_caller_unknown:contains('which is no number')" },
        { trigger: ".o_caller_input", run: "edit Blue Work" },
        { trigger: ".o_caller_input", run: "press Enter" },
        { trigger: ".o_caller_card h3:contains('Blue Workshop')" },
        { content: "The first order shows its delivery", trigger: ".o_caller_row .o_caller_item:contains('OUT')" },
        { trigger: ".o_caller_input", run: "press ArrowDown" },
        { content: "It opens by Enter", trigger: ".o_caller_section[data-section='orders'] .o_caller_row:focus", run: "press Enter" },
        { trigger: ".o_form_view div[name='partner_id']:contains('Blue Workshop'), .o_form_view div[name='partner_id'] input:value('Blue Workshop')" },
        { trigger: ".breadcrumb-item a:contains('Calls'), .o_back_button:contains('Calls')", run: "click" },
        { content: "It stayed", trigger: ".o_caller_card h3:contains('Blue Workshop')" },
    ],
});

tours.add("caller_absent", {
    steps: () => [{ trigger: ".o_main_navbar .o_menu_systray:has(.o_user_menu):not(:has(.o_caller_systray))" }],
});

const { send } = XMLHttpRequest.prototype;

/** What the network does with the look-up of that text; `act` gets the request and what would send it. */
function onLookUp(text, act) {
    XMLHttpRequest.prototype.send = function (body) {
        const go = () => send.call(this, body);
        return String(body).includes("look_up") && String(body).includes(text) ? act(this, go) : go();
    };
}

let slowAnswered = false;

tours.add("caller_network", {
    steps: () => [
        {
            content: "The answer about the first caller is slow",
            trigger: ".o_caller_input",
            run() {
                onLookUp("Design Studio", (request, go) => {
                    request.addEventListener("loadend", () => setTimeout(() => (slowAnswered = true)));
                    setTimeout(go, 1000);
                });
            },
        },
        { trigger: ".o_caller_input", run: "edit Design Studio" },
        { trigger: ".o_caller_input", run: "press Enter" },
        { content: "That it works is seen", trigger: ".o_caller_loading" },
        { trigger: ".o_caller_input", run: "edit Print Shop" },
        { trigger: ".o_caller_input", run: "press Enter" },
        { trigger: ".o_caller_card h3:contains('Print Shop')" },
        {
            content: "The slow answer comes",
            trigger: "body",
            run: () =>
                new Promise((resolve) => {
                    const wait = () => (slowAnswered ? resolve() : setTimeout(wait, 50));
                    wait();
                }),
        },
        { content: "It changes nothing", trigger: ".o_caller_card h3:contains('Print Shop')" },
        {
            content: "The network fails",
            trigger: ".o_caller_input",
            run: () => onLookUp("Design Studio", (request) => request.dispatchEvent(new Event("error"))),
        },
        { trigger: ".o_caller_input", run: "edit Design Studio" },
        { trigger: ".o_caller_input", run: "press Enter" },
        {
            content: "That is said",
            trigger: ".o_caller_failed:contains('did not answer')",
            run: () => (XMLHttpRequest.prototype.send = send),
        },
        { trigger: ".o_caller_failed button", run: "click" },
        { trigger: ".o_caller_card h3:contains('Design Studio')" },
        { content: "One key files a complaint", trigger: ".o_caller_input", run: "press Alt+q" },
        { trigger: ".o_form_view div[name='partner_id'] input:value('Design Studio')" },
        { trigger: ".o_form_button_cancel", run: "click" },
    ],
});
