// Which language of codemirror-modes.js a file is in: by its name, or by the program that its first line calls.
const byName = {
  "dockerfile": "dockerFile", "containerfile": "dockerFile", "nginx.conf": "nginx", "cmakelists.txt": "cmake", "jenkinsfile": "groovy",
  "gemfile": "ruby", "rakefile": "ruby", "vagrantfile": "ruby", "apkbuild": "shell", "pkgbuild": "shell", "profile": "shell",
  "os-release": "properties", "cargo.lock": "toml", "pipfile": "toml", "poetry.lock": "toml",
};

const byEnding = {
  dockerfile: "dockerFile",
  sh: "shell", bash: "shell", zsh: "shell", ksh: "shell", ash: "shell", bashrc: "shell", profile: "shell", zshrc: "shell",
  ini: "properties", properties: "properties", cfg: "properties", cnf: "properties", conf: "properties", env: "properties",
  service: "properties", socket: "properties", timer: "properties", desktop: "properties", editorconfig: "properties",
  toml: "toml",
  xml: "xml", xsd: "xml", xsl: "xml", xslt: "xml", svg: "xml", csproj: "xml", props: "xml", targets: "xml", plist: "xml", pom: "xml",
  html: "html", htm: "html", xhtml: "html",
  js: "javascript", mjs: "javascript", cjs: "javascript", jsx: "javascript", ts: "typescript", mts: "typescript", cts: "typescript", tsx: "typescript",
  css: "css", less: "less", scss: "sCSS",
  py: "python", pyi: "python", pyw: "python", go: "go",
  c: "c", h: "c", cc: "cpp", cpp: "cpp", cxx: "cpp", hh: "cpp", hpp: "cpp", hxx: "cpp",
  java: "java", cs: "csharp", kt: "kotlin", kts: "kotlin", scala: "scala", groovy: "groovy", gradle: "groovy",
  rs: "rust", rb: "ruby", gemspec: "ruby", sql: "standardSQL", md: "markdown", markdown: "markdown",
  lua: "lua", pl: "perl", pm: "perl", diff: "diff", patch: "diff", cmake: "cmake", proto: "protobuf", ps1: "powerShell", psm1: "powerShell",
};

const byProgram = [
  [/^(ba|da|a|k|z)?sh$/, "shell"], [/^python[\d.]*$/, "python"], [/^(node|nodejs|bun)$/, "javascript"], [/^(deno|ts-node|tsx)$/, "typescript"],
  [/^perl[\d.]*$/, "perl"], [/^ruby[\d.]*$/, "ruby"], [/^lua(jit)?[\d.]*$/, "lua"], [/^(pwsh|powershell)$/, "powerShell"],
  [/^groovy$/, "groovy"], [/^openrc-run$/, "shell"],
];

/** The name of an export of codemirror-modes.js; null for a language that is not there, or none. */
export function languageOf(path, text) {
  const folders = path.toLowerCase().split("/");
  const name = folders.pop();
  if (Object.hasOwn(byName, name)) {
    return byName[name];
  }

  if (/^(docker|container)file\./.test(name)) {
    return "dockerFile";
  }

  const ending = name.slice(name.lastIndexOf(".") + 1);
  if (name.includes(".") && Object.hasOwn(byEnding, ending)) {
    return ending === "conf" && folders.some(folder => folder === "nginx") ? "nginx" : byEnding[ending];
  }

  return languageOfProgram(text);
}

function languageOfProgram(text) {
  if (!text.startsWith("#!")) {
    return null;
  }

  // "#!/usr/bin/env -S python3 -u" calls python3.
  const words = text.slice(2, 256).split("\n", 1)[0].trim().split(/\s+/);
  const isEnv = /(^|\/)env$/.test(words[0]);
  const program = (isEnv ? words.slice(1).find(word => !word.startsWith("-") && !word.includes("=")) : words[0]) ?? "";
  const called = program.slice(program.lastIndexOf("/") + 1);
  return byProgram.find(([pattern]) => pattern.test(called))?.[1] ?? null;
}
