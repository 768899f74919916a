import { registry } from "@web/core/registry";
import { graphView } from "@web/views/graph/graph_view";
import { ParetoModel } from "./pareto_model";
import { ParetoRenderer } from "./pareto_renderer";

registry.category("views").add("quality_pareto", {
    ...graphView,
    Model: ParetoModel,
    Renderer: ParetoRenderer,
    buttonTemplate: "quality_complaint.ParetoButtons",
});
