import { mkdirSync, writeFileSync } from "node:fs";
mkdirSync("../web/static/build", { recursive: true });
writeFileSync("../web/static/build/manifest.json", "{}");
