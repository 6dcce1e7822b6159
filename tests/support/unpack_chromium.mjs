// Unpacks @sparticuz/chromium into the folder named by the first argument.
import { createReadStream, createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { fileURLToPath } from "node:url";
import { extract } from "tar-fs";

const target = process.argv[2];
const packed = fileURLToPath(new URL("../node_modules/@sparticuz/chromium/bin/", import.meta.url));
const unpack = (name, into) =>
  pipeline(createReadStream(join(packed, name)), createBrotliDecompress(), into);

mkdirSync(target, { recursive: true });
await Promise.all([
  unpack("chromium.br", createWriteStream(join(target, "chromium"), { mode: 0o755 })),
  unpack("al2023.tar.br", extract(target)),
  unpack("fonts.tar.br", extract(target)),
  unpack("swiftshader.tar.br", extract(target)),
]);
