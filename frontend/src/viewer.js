// Draws a process map in each [data-bpmn-viewer] and marks where the case stands.
import Viewer from "bpmn-js/lib/NavigatedViewer";
import { controls } from "./map/controls.js";
import { mark } from "./map/markers.js";
import { frame } from "./map/view.js";

// Style variables, so that switching between light and dark needs no new drawing.
const COLOURS = {
  defaultFillColor: "var(--map-fill)",
  defaultStrokeColor: "var(--map-line)",
  defaultLabelColor: "var(--map-text)",
};

// Labels are measured while they are drawn, so the font has to be there before.
const FONT = "Inter Variable";

async function draw(place) {
  place.dataset.bpmnState = "loading";
  const words = JSON.parse(place.dataset.bpmnWords ?? "{}");
  const markers = JSON.parse(place.dataset.bpmnMarkers || "{}");
  try {
    const answer = await fetch(place.dataset.bpmnSource, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    const [xml] = await Promise.all([answer.text(), document.fonts.load(`12px "${FONT}"`)]);
    const canvas = document.createElement("div");
    canvas.className = "bpmn-canvas";
    place.replaceChildren(canvas);
    const viewer = new Viewer({
      container: canvas,
      bpmnRenderer: COLOURS,
      textRenderer: { defaultStyle: { fontFamily: `"${FONT}", sans-serif` } },
      zoomScroll: { enabled: false }, // the wheel belongs to the page
    });
    await viewer.importXML(xml);
    mark(viewer, markers);
    frame(viewer, markers);
    place.append(controls(viewer, words));
    place.dataset.bpmnState = "shown";
  } catch (error) {
    place.dataset.bpmnState = "failed";
    place.replaceChildren(complaint(words.failed, error));
  }
}

function complaint(words, error) {
  const line = document.createElement("p");
  line.className = "bpmn-complaint";
  line.textContent = [words, error.message].filter(Boolean).join(" ");
  return line;
}

function drawBelow(root) {
  const places = root.querySelectorAll("[data-bpmn-viewer]:not([data-bpmn-state])");
  for (const place of places) void draw(place);
}

drawBelow(document);
// htmx says this of each part of a page that it puts in; the part may be the map itself.
document.addEventListener("htmx:load", (event) => drawBelow(event.target.parentNode ?? document));
