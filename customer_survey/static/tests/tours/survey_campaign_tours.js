import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** From the empty plan to the invitations: what is to be found out, whom to ask, and what still misses. */
tours.add("survey_campaign_plan", {
    steps: () => [
        { trigger: ".o-kanban-button-new", run: "click" },
        { content: "The questionnaire is proposed", trigger: ".o_form_view div[name='survey_id'] input:value('Customer Satisfaction')" },
        { trigger: "div[name='name'] input", run: "edit Satisfaction of the Year" },
        { trigger: "div[name='objectives'] .odoo-editor-editable", run: "editor Are the new blades better?" },
        { trigger: ".o_notebook a[name='audience']", run: "click" },
        { content: "The numbers before anybody is left out", trigger: "div[name='audience_count']:contains('2')" },
        { trigger: "button.o_form_button_save", run: "click" },
        { content: "What is missing is said", trigger: "div[name='gaps']:contains('The last day on which answers count')" },
        { trigger: "div[name='date_end'] button, div[name='date_end'] input", run: "click" },
        { trigger: "div[name='date_end'] input", run: "edit 12/31/2099 && press Tab" },
        { trigger: "button[name='action_find_recipients']", run: "click" },
        { content: "The last day is no longer missing", trigger: ".o_form_saved:not(:has(div[name='gaps']))" },
        { content: "One is asked", trigger: "button[name='action_view_recipients'] div[name='recipient_count']:contains('1')" },
        { content: "One has no address", trigger: "div[name='excluded_count']:contains('1')" },
        { trigger: "button[name='action_view_recipients']", run: "click" },
        { content: "The list says why", trigger: ".o_list_view .o_data_row:contains('Silent'):contains('No E-mail Address'):contains('Left Out')" },
        { trigger: ".o_list_view .o_data_row:contains('Blue Workshop'):contains('To Ask')" },
        { trigger: ".o_back_button", run: "click" },
        { trigger: "button[name='action_start']", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains('Collecting')" },
    ],
});

/** A copy of paper after the other: the window stays, and the number goes on. */
tours.add("survey_campaign_type_in", {
    steps: () => [
        { trigger: "button[name='action_type_in']", run: "click" },
        { trigger: ".modal div[name='respondent'] label:contains('Without a Name')", run: "click" },
        { content: "No recipient is asked for any more", trigger: ".modal:not(:has(div[name='recipient_id'])) div[name='copy_reference'] input", run: "edit P-009" },
        { trigger: ".modal button[name='action_open']", run: "click" },
        { content: "The next one", trigger: ".modal:has(div[name='typed_in_count']:contains('1')) div[name='copy_reference'] input:value('P-010')" },
        { content: "The button can be pressed again", trigger: ".modal button[name='action_open']:enabled", run: "click" },
        { trigger: ".modal:has(div[name='typed_in_count']:contains('2')) div[name='copy_reference'] input:value('P-011')" },
        { trigger: ".modal-footer .btn:enabled:contains('Close')", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

/** Each column of each matrix is on the screen, and is as wide as a thumb. */
function checkColumns() {
    for (const cell of document.querySelectorAll(".o_survey_question_matrix td")) {
        const { left, right, width } = cell.getBoundingClientRect();
        if (left < 0 || right > window.innerWidth || width < 44) {
            throw new Error(`A column of the matrix from ${left} to ${right} can't be chosen on a screen of ${window.innerWidth}`);
        }
    }
}

/** A page that can be answered: what was clicked on before would be lost. */
function onPage(title, run) {
    return { content: title, trigger: `.o_survey_form_content:contains('${title}'):has(button[type='submit']:not(.disabled))`, run };
}

function choose(trigger) {
    return [{ trigger, run: "click" }, { content: "It is chosen", trigger: trigger.replace(/(td|label)([^ ]*)$/, "$1.o_survey_selected$2") }];
}

function chooseInEachRow(title, column) {
    return [
        onPage(title, checkColumns),
        ...[1, 2, 3, 4].flatMap((row) => choose(`.o_survey_question_matrix tbody tr:nth-child(${row}) td:nth-of-type(${column})`)),
        { trigger: "button[value='next']", run: "click" },
    ];
}

/** The customer, with a thumb: who has complained is asked how it was handled, and what they wrote is not lost on the way back. */
tours.add("survey_campaign_answer", {
    steps: () => [
        { trigger: ".o_survey_start button:not(.disabled):contains('Start')", run: "click" },
        ...chooseInEachRow("Product Quality", 1),
        ...chooseInEachRow("Delivery", 2),
        ...chooseInEachRow("Service", 5),
        onPage("Complaint Handling"),
        ...choose(".js_question-wrapper:contains('complained') label:contains('No')"),
        { trigger: ".o_survey_form_content:not(:has(.o_survey_question_matrix:visible))" },
        ...choose(".js_question-wrapper:contains('complained') label:contains('Yes')"),
        ...choose(".o_survey_question_matrix tbody tr:nth-child(1) td:nth-of-type(5)"),
        { trigger: "button[value='next']", run: "click" },
        onPage("for the price"),
        ...choose(".js_question-wrapper:contains('price') label:contains('4')"),
        { trigger: "button[value='next']", run: "click" },
        onPage("All in all"),
        ...choose(".js_question-wrapper:contains('All') label:contains('3')"),
        ...choose(".js_question-wrapper:contains('recommend') label:contains('10')"),
        { trigger: ".js_question-wrapper:contains('better') textarea", run: "edit Answer the phone" },
        { trigger: ".o_survey_navigation_submit[value='previous']", run: "click" },
        onPage("for the price"),
        { content: "What was chosen is there", trigger: ".js_question-wrapper:contains('price') label.o_survey_selected:contains('4')" },
        { trigger: "button[value='next']", run: "click" },
        onPage("All in all"),
        { trigger: ".js_question-wrapper:contains('recommend') label.o_survey_selected:contains('10')" },
        { content: "What was written is there", trigger: ".js_question-wrapper:contains('better') textarea:value('Answer the phone')" },
        { trigger: "button[value='finish']", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: ".o_survey_finished:contains('We read every answer')" },
    ],
});
