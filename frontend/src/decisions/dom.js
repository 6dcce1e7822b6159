// min-dom, but for `style` attributes in markup: the content policy allows them only when set one by one.
import { domify as plain } from "min-dom";

export * from "min-dom";

export function domify(markup, owner) {
  const made = plain(markup.replaceAll(/(<[^>]*?)\sstyle="/g, '$1 data-style="'), owner);
  if (made.querySelectorAll) {
    const own = made.dataset?.style === undefined ? [] : [made];
    for (const element of [...own, ...made.querySelectorAll("[data-style]")]) {
      element.style.cssText = element.dataset.style;
      delete element.dataset.style;
    }
  }
  return made;
}
