// Parts of pages that htmx asks for carry the page's CSRF secret; a refusal is said, never swallowed.
export function listen() {
  const secret = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  document.body.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRF-Token"] = secret;
  });
  document.body.addEventListener("htmx:responseError", (event) => {
    say(words(event.detail.xhr));
  });
  for (const button of document.querySelectorAll("[data-check-all]")) {
    button.addEventListener("change", () => {
      for (const box of document.querySelectorAll(button.dataset.checkAll)) box.checked = button.checked;
    });
  }
  document.querySelector("form[data-send-at-once]")?.requestSubmit();
  for (const select of document.querySelectorAll("[data-send-on-change]")) {
    select.addEventListener("change", () => select.form.requestSubmit());
  }
}

function words(answer) {
  try {
    const problem = JSON.parse(answer.responseText);
    return problem.detail || problem.title;
  } catch {
    return answer.statusText;
  }
}

function say(sentence) {
  const box = document.createElement("div");
  box.className = "toast-box alert alert-danger";
  box.setAttribute("role", "alert");
  box.textContent = sentence;
  document.body.append(box);
  setTimeout(() => box.remove(), 8000);
}
