// Keeps the number of unread news in the menu fresh while the page is looked at; a hidden page asks nothing.
const EVERY = 20_000;
const LONGEST = 300_000;

export function listen() {
  const link = document.querySelector("[data-unread]");
  if (!link) return;
  const begun = number(link);
  let tag = "";
  let pause = EVERY;
  let timer = 0;
  let asked = Date.now();

  async function ask() {
    asked = Date.now();
    try {
      const headers = tag ? { "If-None-Match": tag } : {};
      const answer = await fetch(link.dataset.unread, { headers, cache: "no-store", redirect: "error" });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag") ?? "";
        show(link, Number(await answer.text()), begun);
      } else if (answer.status !== 304) {
        throw new Error(answer.statusText);
      }
      pause = EVERY;
    } catch {
      pause = Math.min(pause * 2, LONGEST);
    }
    wait(pause);
  }

  function wait(milliseconds) {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(ask, milliseconds);
  }

  document.addEventListener("visibilitychange", () => wait(Math.max(0, pause - (Date.now() - asked))));
  wait(pause);
}

function number(link) {
  return parseInt(link.querySelector(".badge")?.textContent ?? "0", 10) || 0;
}

function show(link, count, begun) {
  let badge = link.querySelector(".badge");
  if (!badge && count) {
    badge = document.createElement("span");
    badge.className = "badge bg-primary-lt ms-auto";
    link.append(badge);
  }
  if (badge && !count) badge.remove();
  if (badge && count) {
    const word = document.createElement("span");
    word.className = "visually-hidden";
    word.textContent = ` ${link.dataset.unreadWord}`;
    badge.replaceChildren(count > 99 ? "99+" : String(count), word);
  }
  const news = document.querySelector("[data-unread-news]");
  if (news) news.hidden = count <= begun;
}
