// Builds web/static/build out of src/; README.md beside this file says how it is used.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import esbuild from "esbuild";
import { spriteFor } from "./build/icons.mjs";
import { noticesFor } from "./build/notices.mjs";
import { policy } from "./build/policy.mjs";
import { textOf } from "./build/sources.mjs";
import { tabler } from "./build/styles.mjs";

process.chdir(import.meta.dirname);
const TARGET = "../web/static/build";
const BESIDE = `${TARGET}.new`;
const USED_IN_OTHER_WAYS = ["@tabler/core", "@tabler/icons"];

const entries = readdirSync("src").filter((name) => /\.(js|css)$/.test(name));
const styles = readdirSync("src", { recursive: true }).filter((name) => name.endsWith(".css"));
const ours = styles.map((name) => readFileSync(join("src", name), "utf8")).join("\n");
const text = textOf(["src", "../web"]);

rmSync(BESIDE, { recursive: true, force: true });
mkdirSync(BESIDE, { recursive: true });
const { metafile } = await esbuild.build({
  entryPoints: entries.map((name) => join("src", name)),
  outdir: BESIDE,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022"],
  minify: true,
  legalComments: "none",
  loader: { ".woff2": "file", ".svg": "file" },
  plugins: [tabler(text, ours), policy()],
  metafile: true,
  logLevel: "warning",
});

const manifest = {};
for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
  if (entryPoint?.startsWith("src/")) manifest[basename(entryPoint)] = basename(file);
}
const sprite = spriteFor(text);
const digest = createHash("sha256").update(sprite).digest("hex").slice(0, 8);
manifest["icons.svg"] = `icons-${digest}.svg`;
writeFileSync(join(BESIDE, manifest["icons.svg"]), sprite);
const notices = noticesFor(Object.keys(metafile.inputs), USED_IN_OTHER_WAYS);
writeFileSync(join(BESIDE, "THIRD_PARTY.txt"), notices);
writeFileSync(join(BESIDE, "manifest.json"), JSON.stringify(manifest, null, 1));

rmSync(TARGET, { recursive: true, force: true });
renameSync(BESIDE, TARGET);

if (process.argv.includes("--sizes")) {
  for (const file of readdirSync(TARGET).sort()) {
    const content = readFileSync(join(TARGET, file));
    const small = file.endsWith(".woff2") ? content.length : gzipSync(content, { level: 9 }).length;
    console.log(`${(small / 1000).toFixed(1).padStart(8)} kB  ${file}`);
  }
}
