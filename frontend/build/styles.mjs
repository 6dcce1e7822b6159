// Tabler's style sheet without the nine tenths that no page of ours names.
import { readFileSync } from "node:fs";
import { PurgeCSS } from "purgecss";

const TABLER = new URL("../node_modules/@tabler/core/dist/css/tabler.css", import.meta.url);
const WORD = /[A-Za-z_][\w-]*/g;
// `alert-{{ kind }}` in a template, f"bg-{tone}" in Python, `badge-${tone}` in a script
const BEGINNING = /([a-z][a-z\d]*-(?:[a-z\d]+-)*)(?:\{|\$\{|['"] ?[~+])/g;
const VARIABLE = /var\(\s*(--[\w-]+)/g;

/** Tabler for pages whose source is `text`; `ours` is the CSS that may use its variables. */
export async function tablerFor(text, ours) {
  const beginnings = [...text.matchAll(BEGINNING)].map(([, start]) => start);
  const [{ css }] = await new PurgeCSS().purge({
    content: [{ raw: text, extension: "html" }],
    css: [{ raw: readFileSync(TABLER, "utf8") }],
    defaultExtractor: (content) => content.match(WORD) ?? [],
    safelist: {
      standard: [...new Set(beginnings)].map((start) => new RegExp(`^${start}`)),
      variables: [...ours.matchAll(VARIABLE)].map(([, name]) => name),
    },
    fontFace: true,
    keyframes: true,
    variables: true,
  });
  return css;
}

/** An esbuild plug-in that answers `@import "tabler"`. */
export function tabler(text, ours) {
  return {
    name: "tabler",
    setup(build) {
      build.onResolve({ filter: /^tabler$/ }, () => ({ path: "tabler", namespace: "tabler" }));
      build.onLoad({ filter: /.*/, namespace: "tabler" }, async () => ({
        contents: await tablerFor(text, ours),
        loader: "css",
        resolveDir: new URL(".", import.meta.url).pathname,
      }));
    },
  };
}
