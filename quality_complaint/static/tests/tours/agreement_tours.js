import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

/** The statusbar says that the action is in this state. */
function inState(state) {
    return [
        {
            content: `The action is in ${state}`,
            trigger: `.o_statusbar_status button.o_arrow_button_current[data-value='${state}']`,
        },
    ];
}

/** The handler sends out the plan of a complaint. */
tours.add("agreement_propose", {
    steps: () => [
        { content: "Propose the actions", trigger: "button[name='action_start_plan']", run: "click" },
        { content: "Open the page with the actions", trigger: ".o_notebook a.nav-link:contains('Handling')", run: "click" },
        {
            content: "The action waits for its people",
            trigger: "div[name='capa_ids'] .o_data_row:contains('Awaiting Agreement')",
        },
        { content: "They can be passed over, but need not", trigger: "button[name='action_start_now']" },
    ],
});

/** The owner, who has no right to complaints, objects. */
tours.add("agreement_object", {
    steps: () => [
        { content: "Object", trigger: "button[name='action_object']", run: "click" },
        {
            content: "Say why",
            trigger: ".o_dialog div[name='reason'] textarea",
            run: "edit The van is in the garage until Thursday",
        },
        { trigger: ".o_dialog button[name='action_confirm']", run: "click" },
        ...inState("draft"),
        { trigger: ".alert:contains('The van is in the garage until Thursday')" },
    ],
});

/** The handler reads the objection, changes the action and proposes it again. */
tours.add("agreement_revise", {
    steps: () => [
        { content: "The reason is there", trigger: ".alert:contains('The van is in the garage until Thursday')" },
        {
            content: "Revise it",
            trigger: "div[name='name'] input",
            run: "edit Sort the pallet at the customer's, on Friday",
        },
        ...stepUtils.saveForm(),
        { trigger: "button[name='action_propose']", run: "click" },
        ...inState("proposed"),
        {
            content: "The first answer is kept",
            trigger: "div[name='response_ids'] .o_data_row:contains('Objected'):contains('The van is in the garage')",
        },
        { trigger: "div[name='response_ids'] .o_data_row:contains('Awaited')" },
    ],
});

/** The owner finds it among what waits for his answer, and accepts: it runs. */
tours.add("agreement_accept", {
    steps: () => [
        {
            content: "It waits in the list",
            trigger: ".o_list_view .o_data_cell:contains('on Friday')",
            run: "click",
        },
        { trigger: "button[name='action_accept']", run: "click" },
        ...inState("open"),
    ],
});

/** The handler plans what is usual for this type of complaint, without what is not needed. */
tours.add("agreement_usual_actions", {
    steps: () => [
        { trigger: ".o_notebook a.nav-link:contains('Handling')", run: "click" },
        { content: "What is usual?", trigger: "button[name='action_propose_usual']", run: "click" },
        {
            content: "The first is not needed",
            trigger: ".o_dialog .o_data_row:contains('Replace what is rusty') td[name='is_chosen'] input",
            run: "click",
        },
        { trigger: ".o_dialog button[name='action_confirm']", run: "click" },
        { trigger: "div[name='capa_ids'] .o_data_row:contains('Find the cause'):contains('Planned')" },
    ],
});
