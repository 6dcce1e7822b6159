// The buttons on a process map: mouse, finger and keyboard alike.
import { sign } from "./signs.js";
import { step, whole } from "./view.js";

/** A bar of buttons; `words` names them in the reader's language: `nearer`, `away`, `whole`. */
export function controls(viewer, words) {
  const bar = document.createElement("div");
  bar.className = "bpmn-controls";
  bar.append(
    button("nearer", words, () => step(viewer, 1)),
    button("away", words, () => step(viewer, -1)),
    button("whole", words, () => whole(viewer)),
  );
  return bar;
}

function button(name, words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "bpmn-control";
  made.ariaLabel = made.title = words[name] ?? name;
  made.append(sign(name));
  made.addEventListener("click", act);
  return made;
}
