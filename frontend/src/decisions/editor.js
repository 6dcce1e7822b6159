// The editor of bpmn.io for decision tables, without its views for graphs and other expressions.
import DecisionTable from "dmn-js-decision-table/lib/Editor";
import EditingManager from "dmn-js-shared/lib/base/EditingManager";
import { is } from "dmn-js-shared/lib/util/ModelUtil";

const TABLE = {
  id: "decisionTable",
  constructor: DecisionTable,
  opens: (element) => is(element, "dmn:Decision") && is(element.decisionLogic, "dmn:DecisionTable"),
};

export default class Editor extends EditingManager {
  _getViewProviders() {
    return [TABLE];
  }
}
