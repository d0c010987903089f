// Walks through every page in four looks; see take.sh.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { credentials, until } from "./seed.mjs";

const [, , driver, registryPort, pagesPort, hookPort, openPort, out, wanted] = process.argv;
const { chromium } = createRequire(import.meta.url)(resolve(driver));
const pages = `http://127.0.0.1:${pagesPort}/`;
// By another name: browsers keep cookies by host, whatever the port.
const empty = `http://localhost:${openPort}/`;
const looks = [["wide", 1440, 900], ["narrow", 390, 844]].flatMap(([size, width, height]) => ["light", "dark"].map(theme => ({ size, width, height, theme })));

const hook = createServer((request, answer) => request.resume().on("end", () => answer.writeHead(200).end("taken"))).listen(hookPort, "127.0.0.1");
await until(async () => (await fetch(`http://127.0.0.1:${registryPort}/v2/`)).status === 401);
await until(async () => (await fetch(empty)).ok);
const index = await fetch(`http://127.0.0.1:${registryPort}/v2/shop/web/manifests/2.4.1`, {
  headers: { Accept: "application/vnd.oci.image.index.v1+json", Authorization: credentials("admin") },
});
const image = (await index.json()).manifests[0].digest;

const list = [
  // name, address, what must be there, what to do before the picture
  ["empty", empty, ".first-push, .state"],
  ["catalog", "", "table.catalog tbody tr"],
  ["tree", "?view=tree", "table.catalog tbody tr"],
  ["catalog-nothing-found", "?q=no-such-name", ".state"],
  ["search", "search?q=shop", ".hits li"],
  ["quick-open", "", "table.catalog tbody tr", async page => {
    await page.keyboard.press("Control+k");
    await page.locator("#quick-open input").fill("we");
    await page.locator("#quick-open-list [role=option] mark").first().waitFor();
  }],
  ["shortcuts", "", "table.catalog tbody tr", page => page.keyboard.press("?")],
  ["map", "map", ".treemap"],
  ["repository", "r/shop/web", "table.tags tbody tr"],
  ["repository-untagged", "r/shop/web?view=untagged", "table tbody tr"],
  ["repository-deleted", "r/shop/cart?view=deleted", "table tbody tr"],
  ["repository-long-name", "r/platform/a-team-with-a-very-long-name/and-an-application-whose-name-hardly-fits-anywhere/worker", "table.tags tbody tr"],
  ["repository-missing", "r/no/such", ".state"],
  ["delete", "r/shop/cart", "table.tags tbody tr", async page => {
    await page.locator("table.tags input[type=checkbox]").nth(1).check();
    await page.locator(".toolbar button.mud-button-root").last().click();
    await page.locator(".mud-dialog").waitFor();
  }],
  ["tag-history", "r/shop/web/-/tags/2.4.0/history", "table tbody tr"],
  ["index", "r/shop/web/-/tags/2.4.1", "h1"],
  ["image", `r/shop/web/-/manifests/${image}`, "h1"],
  ["chart", "r/charts/shop/-/tags/0.9.2", "h1"],
  ["files", `r/shop/web/-/manifests/${image}/files`, "table.files tbody tr"],
  ["file", `r/shop/web/-/manifests/${image}/files?path=app/config.yml`, ".cm-content, pre"],
  ["compare", "compare?a=shop/web:2.4.0&b=shop/web:2.4.1", "table"],
  ["activity", "activity", "table tbody tr"],
  ["webhooks", "webhooks", "table tbody tr"],
  ["webhook", "webhooks/scanner", "table tbody tr"],
  ["delivery", "webhooks/scanner", "table tbody tr", async page => {
    await page.locator("table tbody tr a").first().click();
    await page.locator("h1", { hasText: "/" }).waitFor();
  }],
  ["webhook-edit", "webhooks/deployments/edit", "main input"],
  ["users", "settings/users", "table tbody tr"],
  ["account", "account", "h1"],
  ["audit", "settings/audit", "table tbody tr"],
  ["configuration", "settings/config", ".cm-content"],
  ["maintenance", "maintenance", "h1", async page => {
    await page.locator(".maintenance .acts button").first().click();
    await page.locator(".maintenance .result").waitFor();
  }],
  ["dashboard", "dashboard?span=day", "svg"],
  ["health", "health", "table tbody tr, .checks li"],
  ["registries", "registries", "table tbody tr, .registries li"],
  ["registry-elsewhere", "registries/second-site", "table tbody tr"],
  ["repository-elsewhere", "registries/second-site/r/shop/web", "table tbody tr"],
  ["api", "api", "h1"],
  ["not-found", "no/such/page", "h1"],
  ["connection-lost", "activity", "table tbody tr", async page => {
    await page.evaluate(() => {
      const dialog = document.getElementById("components-reconnect-modal");
      dialog.classList.add("components-reconnect-retrying");
      document.getElementById("components-seconds-to-next-attempt").textContent = "5";
      dialog.showModal();
    });
  }],
];

// Pages that are shown in German as well.
const german = new Set(["catalog", "repository", "image", "delete", "dashboard", "users"]);

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
let problems = 0;
for (const look of looks) {
  const context = await newContext(look);
  await take(context, look, "sign-in", "signin", "form");
  await signIn(context);
  for (const [name, path, sign, act] of list) {
    await take(context, look, name, path, sign, act);
  }
  await context.addCookies([{ name: "portal-language", value: "de", url: pages }]);
  for (const [name, path, sign, act] of list.filter(([name]) => german.has(name))) {
    await take(context, look, `${name}-german`, path, sign, act);
  }
  await context.close();
}
await browser.close();
hook.close();
process.exitCode = problems > 0 ? 1 : 0;

function newContext({ width, height, theme }) {
  return browser.newContext({ viewport: { width, height }, colorScheme: theme, locale: "en-US", reducedMotion: "reduce" });
}

async function signIn(context) {
  const page = await context.newPage();
  await page.goto(`${pages}signin`);
  await page.locator("input[name*=ame]").first().fill("admin");
  await page.locator("input[type=password]").fill("a-password-for-pictures");
  await page.locator("main form button[type=submit]").last().click();
  await page.locator("main[data-live]").waitFor();
  await page.close();
}

async function take(context, look, name, path, sign, act) {
  if (!name.includes(wanted)) {
    return;
  }

  const page = await context.newPage();
  page.on("console", message => message.type() === "error" && !/404/.test(message.text()) && report(`${name}: ${message.text()}`));
  try {
    await page.goto(new URL(path, pages).href);
    if (!name.endsWith("sign-in")) {
      await page.locator("main[data-live]").waitFor({ timeout: 20000 });
    }
    await page.locator(sign).first().waitFor({ timeout: 20000 });
    await act?.(page);
    await page.locator(".skeleton").first().waitFor({ state: "detached" });
    await page.screenshot({ path: `${out}/${name}-${look.size}-${look.theme}.png` });
  } catch (error) {
    report(`${name} ${look.size} ${look.theme}: ${error.message.split("\n").slice(0, 3).join(" ")}`);
  } finally {
    await page.close();
  }
}

function report(problem) {
  problems++;
  console.error(problem);
}
