// The editors of bpmn.io for a file of decisions: its graph, tables, literal expressions and functions.
import { Editor as BoxedExpression } from "dmn-js-boxed-expression/lib/Editor";
import DecisionTable from "dmn-js-decision-table/lib/Editor";
import Graph from "dmn-js-drd/lib/Modeler";
import LiteralExpression from "dmn-js-literal-expression/lib/Editor";
import EditingManager from "dmn-js-shared/lib/base/EditingManager";
import { is } from "dmn-js-shared/lib/util/ModelUtil";

const EDITABLE = ["dmn:LiteralExpression", "dmn:FunctionDefinition"];

export const VIEWS = [
  { id: "drd", constructor: Graph, opens: "dmn:Definitions" },
  { id: "decisionTable", constructor: DecisionTable, opens: decidesBy("dmn:DecisionTable") },
  { id: "literalExpression", constructor: LiteralExpression, opens: decidesBy("dmn:LiteralExpression") },
  { id: "boxedExpression", constructor: BoxedExpression, opens: isFunction },
];

function decidesBy(type) {
  return (element) => is(element, "dmn:Decision") && is(element.decisionLogic, type);
}

/** A knowledge model whose body is no table, context or the like: those are edited as text. */
function isFunction(element) {
  const logic = is(element, "dmn:BusinessKnowledgeModel") && element.encapsulatedLogic;
  const body = logic && logic.body;
  return Boolean(logic) && (!body || EDITABLE.some((type) => is(body, type)));
}

export default class Editor extends EditingManager {
  _getViewProviders() {
    return VIEWS;
  }
}
