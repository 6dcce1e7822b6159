// Loaded before anything is drawn: a page that follows the machine begins in its light or dark.
(() => {
  const root = document.documentElement;
  const machine = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    if ("themeAuto" in root.dataset) root.dataset.bsTheme = machine.matches ? "dark" : "light";
  };
  machine.addEventListener("change", follow);
  follow();
})();
