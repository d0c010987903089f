// The dialogs that keys open anywhere: the search box and the list of shortcuts. The server fills the results; which
// one is chosen, and what was opened last, is the browser's alone. Names of pages are kept, and nothing else.

const recentKey = "portal-recent";
const mostRecent = 8;
const watch = new MutationObserver(() => select(0));
const pagePattern = /^r\/[a-z0-9._\/-]+(\/-\/(tags\/[\w.-]+|manifests\/sha\d+:[0-9a-f]+))?$/;

document.addEventListener("keydown", event => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    if (open("quick-open")) {
      event.preventDefault();
    }
    return;
  }

  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "?" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    if (open("shortcuts")) {
      event.preventDefault();
    }
    return;
  }

  if (event.target.matches("#quick-open input")) {
    choose(event);
  }
});

document.addEventListener("click", event => {
  const button = event.target.closest("[data-dialog]");
  if (button) {
    open(button.dataset.dialog);
    return;
  }

  // Beside the dialog: on its backdrop.
  if (event.target.matches("dialog.quick-open, dialog.shortcuts")) {
    event.target.close();
    return;
  }

  const link = event.target.closest("a[href]");
  if (link) {
    remember(pathOf(link.href));
    link.closest("#quick-open")?.close();
  }
});

// Who comes next need not know what was looked at.
document.addEventListener("submit", event => {
  if (event.target.action?.endsWith("/signout")) {
    write([]);
  }
});

remember(pathOf(location.href));

function open(id) {
  const dialog = document.getElementById(id);
  if (!dialog || document.querySelector("dialog:modal")) {
    return false;
  }

  dialog.showModal();
  if (id === "quick-open") {
    showRecent();
    const input = dialog.querySelector("input");
    input.focus();
    if (input.value) {
      // It begins anew each time, with what was opened last.
      input.value = "";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    select(0);

    // Results that came choose the first one anew; only then does the text that they are for change.
    watch.observe(document.getElementById("quick-open-list"), { attributes: true, attributeFilter: ["data-for"] });
    dialog.addEventListener("close", () => watch.disconnect(), { once: true });
  }
  return true;
}

function choose(event) {
  const options = shownOptions();
  const at = options.findIndex(option => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (options.length > 0) {
      select((at + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length);
    }
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    const text = event.target.value.trim();
    const isCurrent = document.getElementById("quick-open-list").dataset.for === text;
    if (isCurrent && at >= 0) {
      options[at].click();
    } else if (text) {
      // The results are still those of an earlier text, or none.
      follow(`search?q=${encodeURIComponent(text)}`);
    }
  }
}

function shownOptions() {
  return [...document.querySelectorAll("#quick-open-list [role=option]")].filter(option => !option.closest("[hidden]"));
}

function select(index) {
  const dialog = document.getElementById("quick-open");
  if (!dialog?.open) {
    return;
  }

  const input = dialog.querySelector("input");
  const options = shownOptions();
  options.forEach((option, place) => {
    option.id = `quick-open-option-${place}`;
    option.setAttribute("aria-selected", place === index);
  });
  if (options[index]) {
    input.setAttribute("aria-activedescendant", options[index].id);
    options[index].scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

function showRecent() {
  const place = document.querySelector("#quick-open .quick-recent");
  const links = read().map(path => {
    const link = document.createElement("a");
    link.setAttribute("role", "option");
    link.setAttribute("aria-selected", "false");
    link.tabIndex = -1;
    link.href = path;
    link.textContent = path.slice(2).replace("/-/tags/", ":").replace("/-/manifests/", "@");
    return link;
  });
  const title = document.createElement("div");
  title.className = "quick-group";
  title.setAttribute("role", "presentation");
  title.textContent = place.getAttribute("aria-label");
  place.replaceChildren(...(links.length > 0 ? [title, ...links] : []));
}

function follow(path) {
  const link = document.createElement("a");
  link.href = path;
  document.getElementById("quick-open").append(link);
  link.click();
  link.remove();
}

function pathOf(address) {
  const base = new URL(".", document.baseURI).href;
  return address.startsWith(base) ? decodeURI(address.slice(base.length).split(/[?#]/)[0]) : "";
}

function remember(path) {
  if (pagePattern.test(path)) {
    write([path, ...read().filter(other => other !== path)].slice(0, mostRecent));
  }
}

function read() {
  try {
    const paths = JSON.parse(localStorage.getItem(recentKey));
    return Array.isArray(paths) ? paths.filter(path => typeof path === "string" && pagePattern.test(path)).slice(0, mostRecent) : [];
  } catch {
    return [];
  }
}

function write(paths) {
  try {
    localStorage.setItem(recentKey, JSON.stringify(paths));
  } catch {
    // Nothing may be kept: then nothing is.
  }
}
