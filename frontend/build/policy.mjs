// Lets bundled packages work under a content policy that allows no inline styles.
import { readFileSync } from "node:fs";

const OURS = new URL("../src/decisions/dom.js", import.meta.url).pathname;
const INTO_THE_HEAD = "!root.head && root.adoptedStyleSheets";

/** An esbuild plug-in: styles go into the document through its object model, not as text in its markup. */
export function policy() {
  return {
    name: "policy",
    setup(build) {
      build.onResolve({ filter: /^min-dom$/ }, ({ importer }) =>
        importer === OURS ? undefined : { path: OURS },
      );
      build.onLoad({ filter: /style-mod\/src\/style-mod\.js$/ }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        if (!text.includes(INTO_THE_HEAD)) throw new Error(`${path} is written otherwise now.`);
        return { contents: text.replace(INTO_THE_HEAD, "root.adoptedStyleSheets"), loader: "js" };
      });
    },
  };
}
