// Light or dark: the choice is kept in a cookie that the server reads, so that no page flashes.
const YEAR = 365 * 24 * 3600;

export function listen() {
  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const root = document.documentElement;
      const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
      root.dataset.bsTheme = next;
      delete root.dataset.themeAuto;
      document.cookie = `kontor_theme=${next}; path=/; max-age=${YEAR}; samesite=lax`;
    });
  }
}
