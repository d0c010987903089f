// How long pages take in a real browser until they can be used: from the navigation until the circuit is there
// (main[data-live]) and what the page is for is shown; and whether they scroll without a pause. See index.sh.
//
//   node pages.mjs PLAYWRIGHT-PACKAGE ADDRESS DIGEST…     the digests are of images that nobody looked at yet
import { createRequire } from "node:module";
const require = createRequire(process.argv[2] + "/");
const { chromium } = require("./index.js");
const base = process.argv[3];
const images = process.argv.slice(4);
const rounds = 7;

const pages = [
  ["catalog, 100,000 repositories", "/", "table.catalog tbody tr:nth-child(50)"],
  ["catalog, last page", `/?page=${Math.ceil((+process.env.REPOSITORIES + 2) / 50)}`, "table.catalog tbody tr"],
  ["catalog, filtered and sorted", "/?platform=linux/arm64&unsigned=true&sort=size&desc=true", "table.catalog tbody tr"],
  ["catalog, not pulled for 90 days", "/?pulled=not-90d&sort=lastpull", "table.catalog tbody tr:nth-child(50)"],
  ["tree, first level", "/?view=tree", "table.catalog tbody tr:nth-child(50)"],
  ["tree, first level, filtered", "/?view=tree&platform=linux/arm64", "table.catalog tbody tr:nth-child(50)"],
  ["tree, one namespace", "/?in=team-0042/", "table.catalog tbody tr:nth-child(50)"],
  ["map of the storage", "/map", ".treemap a"],
  ["search page, `latest`", "/search?q=latest", ".hits li"],
  ["repository of 10,000 tags", "/r/large/app", "table.tags tbody tr:nth-child(50)"],
  ["repository of 10,000 tags, by last pull", "/r/large/app?sort=lastpull&desc=true", "table.tags tbody tr:nth-child(50)"],
  ["repository of 10,000 tags, last page", "/r/large/app?page=200", "table.tags tbody tr:nth-child(50)"],
];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const page = await context.newPage();
console.log("| page, in Chromium, until it is interactive | fastest ms | median ms | slowest ms |\n| --- | ---: | ---: | ---: |");
for (const [name, path, sign] of pages) {
  await measure(name, () => open(path, sign));
}

// An image each: the lists of its layers' files are made when it is first looked at, and kept.
const files = (digest) => `/r/large/image/-/manifests/${digest}/files?path=many`;
const row = "table.files tbody a.name";
print("files of an image of 120 layers and 50,000 files, the first time", await times(images.length, (round) => open(files(images[round]), row)));
await measure("files of the same image, later", () => open(files(images[0]), row));
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

await open("/r/large/app", "table.tags tbody tr:nth-child(50)");
let last = await page.locator("table.tags a.name").first().textContent();
await measure("10,000 tags, to the next page", async () => {
  const start = performance.now();
  await page.locator(".pager a[rel=next]").click();
  await page.waitForFunction((before) => document.querySelector("table.tags a.name")?.textContent !== before, last);
  const took = performance.now() - start;
  last = await page.locator("table.tags a.name").first().textContent();
  return took;
});

console.log("\n| scrolled by the wheel from top to end | rows | s | frames | longest gap between two ms | 99 % under ms | last row there after ms |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
await scroll("files of one folder, 48,080 of them", files(images[0]), row, 48_080, "a.name:text-is('file-49999.txt')", 4000);
await scroll("tags, a page of 10,000", "/r/large/app", "table.tags tbody tr:nth-child(50)", 50, "table.tags tbody tr:nth-child(50)", 100);
await scroll("catalog, a page of 100,000", "/", "table.catalog tbody tr:nth-child(50)", 50, "table.catalog tbody tr:nth-child(50)", 100);
await browser.close();

async function open(path, sign) {
  await page.goto("about:blank");
  const start = performance.now();
  await page.goto(base + path);
  await page.locator("main[data-live]").waitFor();
  await page.locator(sign).first().waitFor();
  return performance.now() - start;
}

async function measure(name, once) {
  await once();
  print(name, await times(rounds, once));
}

async function times(count, once) {
  const took = [];
  for (let round = 0; round < count; round++) {
    took.push(await once(round));
  }
  return took.sort((a, b) => a - b);
}

function print(name, took) {
  console.log(`| ${name} | ${took[0].toFixed(0)} | ${took[took.length >> 1].toFixed(0)} | ${took.at(-1).toFixed(0)} |`);
}

/** Turns the wheel by so many pixels each 50 ms until the page's end, and looks at each frame that the browser makes meanwhile. */
async function scroll(name, path, sign, rows, end, step) {
  await open(path, sign);
  await page.mouse.move(700, 500);
  await page.evaluate(() => {
    const frames = (window.frames_ = { gaps: [], last: performance.now() });
    const frame = (now) => {
      frames.gaps.push(now - frames.last);
      frames.last = now;
      frames.next = requestAnimationFrame(frame);
    };
    frames.next = requestAnimationFrame(frame);
  });
  const start = performance.now();
  let atEnd = false;
  for (let turned = 0; !atEnd && turned < 3000; turned++) {
    const next = new Promise((resolve) => setTimeout(resolve, 50));
    await page.mouse.wheel(0, step);
    await next;
    atEnd = await page.evaluate(() => scrollY + innerHeight >= document.documentElement.scrollHeight - 2);
  }

  const seconds = (performance.now() - start) / 1000;
  const late = performance.now();
  await page.locator(end).first().waitFor();
  const waited = performance.now() - late;
  const gaps = await page.evaluate(() => (cancelAnimationFrame(window.frames_.next), window.frames_.gaps.slice(1)));
  gaps.sort((a, b) => a - b);
  console.log(`| ${name} | ${rows.toLocaleString("en")} | ${seconds.toFixed(1)} | ${gaps.length} | ${gaps.at(-1).toFixed(0)} | ${gaps[Math.floor(gaps.length * 0.99)].toFixed(0)} | ${waited.toFixed(0)} |`);
}
