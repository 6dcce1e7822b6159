// One SVG file with every icon that a page names.
import { readFileSync } from "node:fs";

const OUTLINE = new URL(
  "../node_modules/@tabler/icons/tabler-nodes-outline.json",
  import.meta.url,
);
const QUOTED = /["'`]([a-z][a-z\d-]*)["'`]/g;
const LOOK = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"';

/** The sprite for pages whose source is `text`: a `<symbol>` for each icon named in quotes. */
export function spriteFor(text) {
  const drawn = JSON.parse(readFileSync(OUTLINE, "utf8"));
  const named = new Set([...text.matchAll(QUOTED)].map(([, word]) => word));
  const used = [...named].filter((word) => Object.hasOwn(drawn, word)).sort();
  const symbols = used.map((name) => symbol(name, drawn[name]));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

function symbol(name, shapes) {
  return `<symbol id="${name}" viewBox="0 0 24 24" ${LOOK}>${shapes.map(shape).join("")}</symbol>`;
}

function shape([tag, attributes]) {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`);
  return `<${tag}${written.join("")}/>`;
}
