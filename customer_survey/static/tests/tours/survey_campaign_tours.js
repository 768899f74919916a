import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** A copy of paper after the other: the window stays, and the number goes on. */
tours.add("survey_campaign_type_in", {
    steps: () => [
        { trigger: "button[name='action_type_in']", run: "click" },
        { trigger: ".modal div[name='respondent'] label:contains('Without a Name')", run: "click" },
        { trigger: ".modal div[name='copy_reference'] input", run: "edit P-009" },
        { trigger: ".modal button[name='action_open']", run: "click" },
        { content: "The next one", trigger: ".modal div[name='copy_reference'] input:value('P-010')" },
        { trigger: ".modal div[name='typed_in']:contains('1')" },
        { trigger: ".modal button[name='action_open']", run: "click" },
        { trigger: ".modal div[name='copy_reference'] input:value('P-011')" },
        { trigger: ".modal .btn:contains('Close')", run: "click" },
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

function chooseInEachRow(title, column) {
    return [
        { content: title, trigger: `.o_survey_form_content:contains('${title}') .o_survey_question_matrix`, run: checkColumns },
        ...[1, 2, 3, 4].map((row) => ({
            trigger: `.o_survey_question_matrix tbody tr:nth-child(${row}) td:nth-of-type(${column})`, run: "click",
        })),
        { trigger: "button[value='next']", run: "click" },
    ];
}

/** The customer, with a thumb: who has complained is asked how it was handled, and what they wrote is not lost on the way back. */
tours.add("survey_campaign_answer", {
    steps: () => [
        { trigger: ".o_survey_start button:contains('Start')", run: "click" },
        ...chooseInEachRow("Product Quality", 1),
        ...chooseInEachRow("Delivery", 2),
        ...chooseInEachRow("Service", 5),
        { trigger: "label:contains('No')", run: "click" },
        { trigger: ".o_survey_form_content:not(:has(.o_survey_question_matrix:visible))" },
        { trigger: "label:contains('Yes')", run: "click" },
        { trigger: ".o_survey_question_matrix tbody tr:nth-child(1) td:nth-of-type(5)", run: "click" },
        { trigger: "button[value='next']", run: "click" },
        { content: "Price", trigger: ".js_question-wrapper:contains('for the price') label:contains('4')", run: "click" },
        { trigger: "button[value='next']", run: "click" },
        { content: "Overall", trigger: ".js_question-wrapper:contains('All in all') label:contains('3')", run: "click" },
        { trigger: ".js_question-wrapper:contains('recommend') label:contains('10')", run: "click" },
        { trigger: ".js_question-wrapper:contains('do better') textarea", run: "edit Answer the phone" },
        { trigger: "button[value='finish']", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: ".o_survey_finished:contains('We read every answer')" },
    ],
});
