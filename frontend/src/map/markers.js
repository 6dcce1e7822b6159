// Where a case has been, stands, and got stuck: colour and a sign beside it.
import { sign } from "./signs.js";

const STATES = ["completed", "current", "incident"];

/** Mark the elements named in `markers`, {element id: "completed" | "current" | "incident"}. */
export function mark(viewer, markers) {
  const canvas = viewer.get("canvas");
  for (const [id, state] of Object.entries(markers)) {
    const element = viewer.get("elementRegistry").get(id);
    if (!element || !STATES.includes(state)) continue;
    canvas.addMarker(element, `is-${state}`);
    if (!element.waypoints) putSign(viewer, element, state);
  }
}

function putSign(viewer, element, state) {
  const html = document.createElement("span");
  html.className = `bpmn-sign bpmn-sign-${state}`;
  html.append(sign(state));
  viewer.get("overlays").add(element, state, { position: { top: -10, right: 10 }, html });
}
