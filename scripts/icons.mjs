// Rebuilds static/img/icons.svg, the sprite behind {% icon %}, from Tabler Icons (MIT).
// Run once after adding a name: npm install --no-save @tabler/icons@3.51.0 && npm run icons
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = process.argv[2] ?? join(root, "node_modules/@tabler/icons/icons/outline");

const names = `
activity adjustments alert-triangle antenna archive arrow-back-up arrow-down arrow-left
arrow-narrow-down arrow-narrow-up arrow-right arrow-up bell bell-off bell-ringing bolt book brand-discord
calendar chart-candle chart-histogram chart-line check checks chevron-down chevron-left
chevron-right chevron-up circle-check circle-dashed circle-x clipboard clock code copy cpu database
device-floppy dots dots-vertical download edit external-link eye eye-off file-code filter flask
help-circle history home hourglass info-circle key keyboard layers-intersect layout-dashboard link list
lock login logout mail maximize menu-2 minus moon packages pencil player-pause player-play player-stop plug
plus point power refresh robot rotate-clockwise search send settings shield-check shield-lock
star stack-2 sun sun-moon table target tag test-pipe toggle-left trash trending-down trending-up upload user
volume volume-off wand webhook world x zoom-in
`.trim().split(/\s+/);

const symbols = names.map((name) => {
  const svg = readFileSync(join(source, `${name}.svg`), "utf8");
  const inner = svg
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^[\s\S]*?<svg[\s\S]*?>/, "")
    .replace("</svg>", "")
    .replace(/<path stroke="none"[^>]*>/, "")
    .replace(/\s+/g, " ")
    .trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
});
const licence = "<!-- Tabler Icons 3.51.0, MIT licence, https://tabler.io/icons -->";
writeFileSync(
  join(root, "static/img/icons.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg">\n${licence}\n${symbols.join("\n")}\n</svg>\n`,
);
console.log(`static/img/icons.svg: ${names.length} icons`);
