// What is typed into a task is kept by itself, without a button and without leaving the page.
const PAUSE = 1500;

export function listen() {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const said = form.querySelector("[data-draft-said]");
  let timer = 0;
  const send = async () => {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } });
    if (said) said.textContent = answer.ok ? said.dataset.kept : said.dataset.lost;
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => send().catch(() => { if (said) said.textContent = said.dataset.lost; }), PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
}
