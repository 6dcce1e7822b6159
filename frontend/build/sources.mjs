// What Kontor's pages are made of: the texts in which a class or an icon can be named.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const WORTH_READING = /\.(html|py|js)$/;
const NOT_OURS = /\/(static|translations|__pycache__)\//;

/** The files below `folder` that can name a class or an icon, in a fixed order. */
export function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && WORTH_READING.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !NOT_OURS.test(file))
    .sort();
}

/** All those texts as one. */
export function textOf(folders) {
  return folders
    .flatMap(filesBelow)
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
}
