// Images for the pictures of the pages, pushed as a client does: several teams, platforms, a chart, a signature, a list of
// packages, layers that change and remove files, and names that are long.
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

const types = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  index: "application/vnd.oci.image.index.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
  empty: "application/vnd.oci.empty.v1+json",
};

/** What the pictures' registry holds. */
export async function seed(registry) {
  const client = new Client(registry);
  const base = tar(["etc/os-release", "ID=debian\nVERSION_ID=13\n"], ["etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"], ["usr/lib/libc.so.6", noise(400000, 1)],
    ["usr/share/doc/readme.txt", "See /usr/share/doc.\n"], ["bin/sh", noise(120000, 2)]);
  for (let version = 0; version < 4; version++) {
    for (const [team, apps] of [["platform", ["gateway", "identity", "scheduler"]], ["shop", ["cart", "checkout", "catalog", "search"]], ["data", ["etl", "warehouse"]], ["tools", ["builder", "linter"]]]) {
      for (const [place, app] of apps.entries()) {
        const layer = tar([`app/${app}`, noise(60000 * (place + 1) + 900 * version, 7 * place + version)], ["app/VERSION", `1.${version}.0\n`]);
        await client.image(`${team}/${app}`, `1.${version}.0`, [base, layer], { version: `1.${version}.0`, title: app });
      }
    }
  }

  const app = tar(["app/server", noise(500000, 40)], ["app/config.yml", "listen: 0.0.0.0:8080\nlog:\n  level: info\n  format: json\n# Every minute.\nrefresh: 60s\n"],
    ["app/start.sh", "#!/bin/sh\nset -eu\nexec /app/server --config /app/config.yml\n"], ["app/static/index.html", "<!doctype html>\n<title>Shop</title>\n"], ["tmp/build.log", noise(200000, 41)]);
  const clean = tar(["tmp/.wh.build.log", ""], ["app/config.yml", "listen: 0.0.0.0:8080\nlog:\n  level: warning\n  format: json\n"], ["app/LICENSE", "MIT\n"]);
  const platforms = [];
  for (const [architecture, variant] of [["amd64"], ["arm64", "v8"]]) {
    const own = tar([`usr/bin/${architecture}`, noise(90000, architecture.length)]);
    platforms.push({ ...await client.image("shop/web", null, [base, own, app, clean], { architecture, version: "2.4.1", title: "web" }), platform: { os: "linux", architecture, ...(variant && { variant }) } });
  }
  const web = await client.manifest("shop/web", "2.4.1", { schemaVersion: 2, mediaType: types.index, manifests: platforms,
    annotations: { "org.opencontainers.image.description": "The shop's front page.", "org.opencontainers.image.source": "https://git.example.com/shop/web" } });
  await client.manifest("shop/web", "latest", web.json);
  await client.image("shop/web", "2.4.0", [base, app], { version: "2.4.0", title: "web" });
  await client.image("shop/web", "2.4.0", [base, app, clean], { version: "2.4.0", title: "web" });

  const packages = { spdxVersion: "SPDX-2.3", name: "web", packages: [["libc6", "2.41-12"], ["openssl", "3.5.1"], ["zlib1g", "1.3.1"], ["curl", "8.14.1"], ["tzdata", "2026b"]]
    .map(([name, versionInfo]) => ({ name, versionInfo, licenseConcluded: "Apache-2.0", SPDXID: `SPDXRef-${name}` })) };
  await client.artifact("shop/web", platforms[0], "application/spdx+json", JSON.stringify(packages), {});
  await client.artifact("shop/web", platforms[0], "application/vnd.dev.cosign.artifact.sig.v1+json", JSON.stringify({ critical: { identity: { "docker-reference": "shop/web" } } }),
    { "dev.cosignproject.cosign/signature": "MEUCIQ" });
  await client.artifact("charts/shop", null, "application/vnd.cncf.helm.config.v1+json", "chart", {}, "0.9.2");
  await client.image("platform/a-team-with-a-very-long-name/and-an-application-whose-name-hardly-fits-anywhere/worker", "2026.11.26-build.20261126.1234-release-candidate", [base], { version: "1", title: "worker" });
}

/** Basic credentials of one of the pictures' users. */
export const credentials = user => `Basic ${Buffer.from(`${user}:a-password-for-pictures`).toString("base64")}`;

// Who pushes what.
const hands = { shop: "grace", data: "heidi", charts: "grace" };

export class Client {
  images = 0;

  constructor(registry) {
    this.registry = registry;
  }

  async image(name, tag, layers, { architecture = "amd64", version, title }) {
    const descriptors = [];
    for (const layer of layers) {
      descriptors.push({ mediaType: types.layer, ...await this.blob(name, layer) });
    }
    // What was pushed in a moment is given weeks afterwards (past.mjs): the last of some fifty images is hours old.
    const created = new Date(Date.now() - 86400000 * Math.max(0.2, 60 - this.images++ * 1.2)).toISOString();
    const config = await this.blob(name, Buffer.from(JSON.stringify({
      created, architecture, os: "linux",
      config: { Env: ["PATH=/usr/bin:/bin", "LOG_LEVEL=info", "DATABASE_PASSWORD=not-in-an-image"], Entrypoint: ["/app/start.sh"], Cmd: ["--port", "8080"], User: "1000:1000", WorkingDir: "/app",
        ExposedPorts: { "8080/tcp": {} }, Volumes: { "/data": {} }, Labels: { "org.opencontainers.image.title": title, "org.opencontainers.image.version": version, team: name.split("/")[0] } },
      rootfs: { type: "layers", diff_ids: layers.map(layer => digestOf(layer)) },
      history: [...layers.map((_, place) => ({ created, created_by: place === 0 ? "/bin/sh -c #(nop) ADD file:base in /" : `COPY app /app # buildkit` })), { created, created_by: "ENTRYPOINT [\"/app/start.sh\"]", empty_layer: true }],
    })));
    const manifest = await this.manifest(name, tag, { schemaVersion: 2, mediaType: types.manifest, config: { mediaType: types.config, ...config }, layers: descriptors });
    return { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.size };
  }

  async artifact(name, subject, type, content, annotations, tag = null) {
    const config = await this.blob(name, Buffer.from("{}"));
    const layer = await this.blob(name, Buffer.from(content));
    const plain = subject && { mediaType: subject.mediaType, digest: subject.digest, size: subject.size };
    return this.manifest(name, tag, { schemaVersion: 2, mediaType: types.manifest, artifactType: subject ? type : undefined,
      config: { mediaType: subject ? types.empty : type, ...config }, layers: [{ mediaType: type, ...layer, annotations }], ...(plain && { subject: plain }) });
  }

  async manifest(name, tag, json) {
    const bytes = Buffer.from(JSON.stringify(json));
    const digest = digestOf(bytes);
    await this.send("PUT", `/v2/${name}/manifests/${tag ?? digest}`, bytes, { "Content-Type": json.mediaType });
    return { json, digest, size: bytes.length, mediaType: json.mediaType };
  }

  async blob(name, bytes) {
    const digest = digestOf(bytes);
    if (!(await this.send("HEAD", `/v2/${name}/blobs/${digest}`, undefined, {}, true)).ok) {
      const start = await this.send("POST", `/v2/${name}/blobs/uploads/`);
      // The address that people really reach stands in it, which is not this one.
      const place = new URL(start.headers.get("Location"), this.registry);
      place.searchParams.set("digest", digest);
      await this.send("PUT", place.pathname + place.search, bytes, { "Content-Type": "application/octet-stream" });
    }
    return { digest, size: bytes.length };
  }

  async send(method, path, body, headers = {}, mayFail = false) {
    const answer = await fetch(new URL(path, this.registry), { method, body, headers: { Authorization: credentials(hands[path.split("/")[2]] ?? "admin"), ...headers } });
    if (!answer.ok && !mayFail) {
      throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    }
    return answer;
  }
}

/** Waits for a condition, a minute at most. */
export async function until(condition) {
  for (const end = Date.now() + 60000; !await condition().catch(() => false);) {
    if (Date.now() > end) {
      throw new Error(`not so after a minute: ${condition}`);
    }
    await new Promise(go => setTimeout(go, 100));
  }
}

function tar(...files) {
  const blocks = [];
  for (const [name, content] of files) {
    const data = Buffer.from(content);
    const head = Buffer.alloc(512);
    head.write(name, 0);
    head.write("0000755\0", 100);
    head.write("0000000\0", 108);
    head.write("0000000\0", 116);
    head.write(data.length.toString(8).padStart(11, "0") + "\0", 124);
    head.write("14000000000\0", 136);
    head.write("        0", 148);
    head.write("ustar\u000000", 257);
    head.write(head.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0") + "\0 ", 148);
    blocks.push(head, data, Buffer.alloc((512 - data.length % 512) % 512));
  }
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]), { level: 6 });
}

// Bytes that do not compress, the same in each run.
function noise(length, start) {
  const bytes = Buffer.alloc(length);
  let state = start * 2654435761 + 1 >>> 0;
  for (let place = 0; place < length; place++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[place] = state >>> 24;
  }
  return bytes;
}

function digestOf(bytes) {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
