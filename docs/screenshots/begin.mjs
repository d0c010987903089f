// What happens before the pictures: users push, pull and delete, an endpoint takes what it is told of that, an administrator
// gives roles, and somebody writes about a repository.
import { createServer } from "node:http";
import { Client, credentials, seed, until } from "./seed.mjs";

const [, , registryPort, pagesPort, hookPort] = process.argv;
const registry = `http://127.0.0.1:${registryPort}`;
const api = `http://127.0.0.1:${pagesPort}/api/v1`;

let last = Date.now();
const hook = createServer((request, answer) => request.resume().on("end", () => {
  last = Date.now();
  answer.writeHead(200).end("taken");
})).listen(hookPort, "127.0.0.1");
await until(async () => (await fetch(`${registry}/v2/`)).status === 401);
await seed(registry);

const client = new Client(registry);
for (let round = 0; round < 40; round++) {
  await client.send("GET", `/v2/shop/web/manifests/${round % 3 ? "latest" : "2.4.1"}`, undefined, { Accept: "application/vnd.oci.image.index.v1+json", "User-Agent": "docker/28.5.1" });
}
await client.send("DELETE", "/v2/shop/cart/manifests/1.0.0");

await put("repositories/shop/web/-/description", { version: 0, text: `# Shop front

The page that customers meet first: **catalog**, *cart* and checkout in one server.

| Port | What |
| --- | --- |
| 8080 | pages |
| 9090 | metrics |

Set \`DATABASE_PASSWORD\` before the first start.` });
await put("permissions", { answer: "boundSignedIn", rules: [
  { kind: "user", subject: "admin", role: "admin", repositories: "**" },
  { kind: "user", subject: "grace", role: "writer", repositories: "shop/**" },
  { kind: "user", subject: "heidi", role: "maintainer", repositories: "data/**" },
  { kind: "signedIn", role: "reader", repositories: "**" },
] });
await until(async () => Date.now() - last > 3000);
hook.close();

async function put(path, body) {
  const answer = await fetch(`${api}/${path}`, { method: "PUT", body: JSON.stringify(body), headers: { "Content-Type": "application/json", Authorization: credentials("admin") } });
  if (!answer.ok) {
    throw new Error(`PUT ${path}: ${answer.status} ${await answer.text()}`);
  }
}
