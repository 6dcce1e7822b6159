// Puts the editors of a decision in the place of its text in each [data-decision-editor]; the text is what is sent.
import Editor, { VIEWS } from "./decisions/editor.js";
import { spoken } from "./decisions/words.js";

async function begin(form) {
  const place = form.querySelector("[data-decision-place]");
  const text = form.querySelector("textarea[name=xml]");
  const words = JSON.parse(form.dataset.decisionWords);
  place.hidden = false;
  const translated = await spoken(document.documentElement.lang);
  const views = Object.fromEntries(VIEWS.map(({ id }) => [id, translated]));
  const editor = new Editor({ container: place, keyboard: { bindTo: place }, height: "auto", ...views });
  const parts = { form, place, text, words, editor };
  try {
    await editor.importXML(text.value);
    await editor.open(first(editor, form.dataset.decision));
  } catch (error) {
    place.hidden = true;
    form.dataset.decisionState = "failed";
    complain(form, `${words.failed} ${error.message}`);
    return;
  }
  parts.tabs = document.createElement("div");
  parts.tabs.className = "decision-tabs";
  parts.tabs.role = "group";
  parts.tabs.ariaLabel = words.views;
  place.before(parts.tabs);
  showText(parts, false);
  editor.on("views.changed", () => refresh(parts));
  refresh(parts);
  send(parts);
}

/** The decision that was asked for, else the first that has a view of its own, else the graph. */
function first(editor, wanted) {
  const views = editor.getViews();
  const own = views.filter((view) => view.type !== "drd");
  return own.find((view) => view.id === wanted) ?? own[0] ?? views[0];
}

function showText({ form, place, tabs }, is_text) {
  form.querySelector("[data-decision-text]").hidden = !is_text;
  place.hidden = is_text;
  tabs.hidden = false;
  form.dataset.decisionState = is_text ? "text" : "shown";
}

/** Before the form goes out, write what was edited into the text. */
function send({ form, text, editor }) {
  form.addEventListener("submit", async (event) => {
    if (form.dataset.decisionState !== "shown") return;
    event.preventDefault();
    try {
      text.value = await written(editor);
      form.dataset.decisionState = "sent";
      form.requestSubmit(event.submitter);
    } catch (error) {
      complain(form, error.message);
    }
  });
}

async function written(editor) {
  document.activeElement?.blur(); // a cell keeps what is typed when it is left
  await new Promise((done) => setTimeout(done));
  return (await editor.saveXML({ format: true })).xml;
}

/** One button for each view of the file, and one for its text. */
function refresh(parts) {
  const { editor, words, form, tabs } = parts;
  const is_text = form.dataset.decisionState === "text";
  const active = editor.getActiveView();
  const views = editor.getViews().map((view) => {
    const called = view.type === "drd" ? words.graph : view.name || view.id;
    return button(called, !is_text && view.id === active?.id, () => open(parts, view));
  });
  tabs.replaceChildren(...views, button(words.text, is_text, () => openText(parts)));
  name(parts);
}

async function open(parts, view) {
  const { form, editor, text } = parts;
  try {
    if (form.dataset.decisionState === "text") {
      await editor.importXML(text.value);
      view = editor.getViews().find((other) => other.id === view.id) ?? editor.getViews()[0];
    }
    complain(form, "");
    showText(parts, false);
    await editor.open(view);
  } catch (error) {
    complain(form, `${parts.words.failed} ${error.message}`);
  }
  refresh(parts);
}

async function openText(parts) {
  if (parts.form.dataset.decisionState === "shown") parts.text.value = await written(parts.editor);
  showText(parts, true);
  refresh(parts);
}

/** What the packages leave open: a name for the column of the rules' numbers, and the level of headings. */
function name({ place, words }) {
  for (const heading of place.querySelectorAll("h3, h4")) heading.ariaLevel = "2";
  for (const heading of place.querySelectorAll("th.index-column:empty")) {
    const text = document.createElement("span");
    text.className = "visually-hidden";
    text.textContent = words.rule;
    heading.append(text);
  }
}

function button(words, is_pressed, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm";
  made.textContent = words;
  made.ariaPressed = String(is_pressed);
  made.addEventListener("click", act);
  return made;
}

function complain(form, words) {
  const line = form.querySelector("[data-decision-complaint]");
  line.textContent = words;
  line.hidden = !words;
}

for (const form of document.querySelectorAll("[data-decision-editor]")) begin(form);
