// How much of a process map is seen.
const READABLE = 0.55;
const CLOSE = 0.8;
const LARGEST = 1;
const STEP = 1.25;

/** Show the whole map; where that is too small to read, the place where the case stands. */
export function frame(viewer, markers) {
  const canvas = viewer.get("canvas");
  canvas.resized();
  canvas.zoom("fit-viewport", "auto");
  if (canvas.zoom() > LARGEST) canvas.zoom(LARGEST, "auto");
  if (canvas.zoom() >= READABLE) return;
  const here = placeOf(viewer, markers);
  if (!here) return;
  canvas.zoom(CLOSE, "auto");
  canvas.scrollToElement(here, { top: 60, right: 60, bottom: 60, left: 60 });
}

/** Show all of the map, however small. */
export function whole(viewer) {
  viewer.get("canvas").zoom("fit-viewport", "auto");
}

/** One step nearer, or away with `direction` -1. */
export function step(viewer, direction) {
  const canvas = viewer.get("canvas");
  canvas.zoom(canvas.zoom() * STEP ** direction, "auto");
}

function placeOf(viewer, markers) {
  const registry = viewer.get("elementRegistry");
  const order = ["incident", "current", "completed"];
  const marked = Object.keys(markers).filter((id) => registry.get(id));
  marked.sort((one, other) => order.indexOf(markers[one]) - order.indexOf(markers[other]));
  return registry.get(marked[0]) ?? registry.find((element) => element.type === "bpmn:StartEvent");
}
