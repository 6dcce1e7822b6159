// Puts the table editor in the place of the text in each [data-decision-editor]; the text is what is sent.
import Editor from "./decisions/editor.js";

async function begin(form) {
  const place = form.querySelector("[data-decision-place]");
  const text = form.querySelector("textarea[name=xml]");
  const words = JSON.parse(form.dataset.decisionWords);
  place.hidden = false;
  const editor = new Editor({ container: place, keyboard: { bindTo: place }, height: "auto" });
  try {
    await editor.importXML(text.value);
    const tables = editor.getViews();
    if (!tables.length) throw new Error(words.none);
    await editor.open(tables.find((view) => view.id === form.dataset.decision) ?? tables[0]);
    if (tables.length > 1) place.before(tabs(editor, tables, words));
    name(place, words);
    form.querySelector("[data-decision-text]").hidden = true;
    form.dataset.decisionState = "shown";
  } catch (error) {
    place.hidden = true;
    form.dataset.decisionState = "failed";
    complain(form, `${words.failed} ${error.message}`);
    return;
  }
  send(form, text, editor);
}

/** Before the form goes out, write what was edited into the text. */
function send(form, text, editor) {
  form.addEventListener("submit", async (event) => {
    if (form.dataset.decisionState === "sent") return;
    event.preventDefault();
    document.activeElement?.blur(); // a cell keeps what is typed when it is left
    await new Promise((done) => setTimeout(done));
    try {
      text.value = (await editor.saveXML({ format: true })).xml;
      form.dataset.decisionState = "sent";
      form.requestSubmit(event.submitter);
    } catch (error) {
      complain(form, error.message);
    }
  });
}

/** The column of the rules' numbers has no heading of its own. */
function name(place, words) {
  for (const heading of place.querySelectorAll("th.index-column:empty")) {
    const text = document.createElement("span");
    text.className = "visually-hidden";
    text.textContent = words.rule;
    heading.append(text);
  }
}

function tabs(editor, tables, words) {
  const list = document.createElement("div");
  list.className = "decision-tabs";
  list.role = "group";
  list.ariaLabel = words.tables;
  for (const view of tables) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = view.name || view.id;
    button.ariaPressed = String(view.id === editor.getActiveView()?.id);
    button.addEventListener("click", async () => {
      await editor.open(view);
      name(list.nextElementSibling, words);
      for (const other of list.children) other.ariaPressed = String(other === button);
    });
    list.append(button);
  }
  return list;
}

function complain(form, words) {
  const line = form.querySelector("[data-decision-complaint]");
  line.textContent = words;
  line.hidden = false;
}

for (const form of document.querySelectorAll("[data-decision-editor]")) void begin(form);
