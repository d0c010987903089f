// How long pages take in a real browser until they can be used: from the navigation until the circuit is there
// (main[data-live]) and what the page is for is shown. See index.sh.
import { createRequire } from "node:module";
const require = createRequire(process.argv[2] + "/");
const { chromium } = require("./index.js");
const base = process.argv[3];
const rounds = 7;

const pages = [
  ["catalog, 100,000 repositories", "/", "table.catalog tbody tr:nth-child(50)"],
  ["catalog, last page", "/?page=2001", "table.catalog tbody tr"],
  ["tree, first level", "/?view=tree", "table.catalog tbody tr:nth-child(50)"],
  ["tree, one namespace", "/?in=team-0042/", "table.catalog tbody tr:nth-child(50)"],
  ["catalog, filtered and sorted", "/?platform=linux/arm64&unsigned=true&sort=size&desc=true", "table.catalog tbody tr"],
  ["search page, `latest`", "/search?q=latest", ".hits li"],
  ["repository of 10,000 tags", "/r/large/app", "table.tags tbody tr:nth-child(50)"],
];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const page = await context.newPage();
console.log("| page, in Chromium | interactive ms | slowest ms |\n| --- | ---: | ---: |");
for (const [name, path, sign] of pages) {
  await measure(name, async () => {
    await page.goto("about:blank");
    const start = performance.now();
    await page.goto(base + path);
    await page.locator("main[data-live]").waitFor();
    await page.locator(sign).first().waitFor();
    return performance.now() - start;
  });
}

await page.goto(base + "/activity");
await page.locator("main[data-live]").waitFor();
for (const text of ["a", "nginx", "team-0999/app-9", "v1.2.4", "zzzzzz"]) {
  await measure(`search box, \`${text}\` until results show`, async () => {
    await page.keyboard.press("Control+k");
    await page.locator("#quick-open-list[data-for='']").waitFor({ state: "attached" });
    const start = performance.now();
    await page.locator("#quick-open input").fill(text);
    await page.locator(`#quick-open-list[data-for='${text}']`).waitFor({ state: "attached" });
    const took = performance.now() - start;
    await page.keyboard.press("Escape");
    return took;
  });
}

await browser.close();

async function measure(name, once) {
  await once();
  const times = [];
  for (let round = 0; round < rounds; round++) {
    times.push(await once());
  }
  times.sort((a, b) => a - b);
  console.log(`| ${name} | ${times[rounds >> 1].toFixed(0)} | ${times[rounds - 1].toFixed(0)} |`);
}
