// Short cuts: one letter acts on the row or task at hand, `g` and a letter goes somewhere.
const TYPING = "input, textarea, select, [contenteditable]";
let isGoing = false;

function rows() {
  return [...document.querySelectorAll("[data-row]")];
}

function current() {
  return document.querySelector("[data-row].is-here");
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
  current()?.classList.remove("is-here");
  next.classList.add("is-here");
  next.querySelector("a")?.focus();
  next.scrollIntoView({ block: "nearest" });
}

/** Press the button or open the panel marked `data-key`, in the row at hand first. */
function act(name) {
  const scope = current() ?? document;
  const target = scope.querySelector(`[data-act="${name}"]`) ?? document.querySelector(`[data-act="${name}"]`);
  if (!target) return false;
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.querySelector(TYPING)?.focus();
  } else if (target.matches(TYPING)) {
    target.focus();
  } else {
    target.click();
  }
  return true;
}

function go(letter) {
  const link = document.querySelector(`[data-go="${letter}"]`);
  if (letter === "q") window.location.assign(document.body.dataset.queue ?? "/tasks?tab=team");
  else link?.click();
  return Boolean(link) || letter === "q";
}

function openShortcuts() {
  document.getElementById("shortcuts")?.showModal();
  return true;
}

const ACTS = { c: "claim", a: "assign", s: "snooze", m: "comment", "/": "search" };

function pressed(event) {
  if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
    window.location.assign("/search");
    event.preventDefault();
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest?.("form") ?? document.querySelector("form[data-main]");
    if (form) form.requestSubmit(form.querySelector("[data-default]") ?? undefined);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.(TYPING)) return;
  if (document.querySelector("dialog[open]")) return;
  if (answered(event.key)) event.preventDefault();
}

function answered(key) {
  if (isGoing) {
    isGoing = false;
    return go(key);
  }
  if (key === "g") return (isGoing = true);
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1), true;
  if (key === "?") return openShortcuts();
  if (key === "/" && !document.querySelector('[data-act="search"]')) return window.location.assign("/search"), true;
  return key in ACTS && act(ACTS[key]);
}

export function listen() {
  document.addEventListener("keydown", pressed);
  for (const button of document.querySelectorAll("[data-shortcuts]")) {
    button.hidden = false;
    button.addEventListener("click", openShortcuts);
  }
}
