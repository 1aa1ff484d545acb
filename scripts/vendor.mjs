// Copies the few browser files that pages load from node_modules into static/vendor.
// Source map comments are dropped: the maps aren't served, and hashed static files would miss them.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(root, "static", "vendor");

const files = {
  "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
  "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "lightweight-charts.js": "lightweight-charts/dist/lightweight-charts.standalone.production.js",
  "uplot.min.js": "uplot/dist/uPlot.iife.min.js",
  "uplot.min.css": "uplot/dist/uPlot.min.css",
};

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const [name, source] of Object.entries(files)) {
  const text = readFileSync(join(root, "node_modules", source), "utf8");
  const clean = text
    .replace(/\/\*# sourceMappingURL=[^*]*\*\//g, "")
    .replace(/^\/\/# sourceMappingURL=.*$/gm, "");
  writeFileSync(join(target, name), clean);
}
console.log(`static/vendor: ${Object.keys(files).length} files`);
