// Who wrote what is bundled, and under which terms.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const INTRODUCTION = `Kontor's pages contain work of others. Each part is named with its licence.
The bpmn.io mark on process maps must stay visible: it is a term of bpmn-js's licence.
Tabler's style sheet contains Bootstrap (MIT, Copyright 2011-2025 The Bootstrap Authors).
`;
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software
and associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;
const PACKAGE = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** The notice for the files that esbuild read, and for packages used in other ways. */
export function noticesFor(inputs, others) {
  const bundled = inputs.map((file) => PACKAGE.exec(file)?.[1]).filter(Boolean);
  const names = [...new Set([...bundled, ...others])].sort();
  return [INTRODUCTION, ...names.map(notice)].join(`\n${"-".repeat(78)}\n\n`);
}

function notice(name) {
  const folder = join("node_modules", name);
  const { version, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
  if (!texts.length) texts.push(standardText(name, license, author));
  return `${name} ${version} (${license})\n\n${texts.join("\n\n")}\n`;
}

function standardText(name, license, author) {
  if (license !== "MIT") throw new Error(`${name} carries no licence text (${license}).`);
  return `Copyright (c) ${author?.name ?? author ?? `the authors of ${name}`}\n\n${MIT}`;
}
