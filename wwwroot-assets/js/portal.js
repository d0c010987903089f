// What the pages do in the browser alone. Listeners are on the document, so they work before a circuit is there
// and for elements that come later.

const shownFor = 2000;
const yearInSeconds = 31536000;

const announcer = document.createElement("div");
announcer.className = "visually-hidden";
announcer.setAttribute("role", "status");
document.body.append(announcer);

document.addEventListener("click", event => {
  const copy = event.target.closest("[data-copy], [data-copy-url]");
  if (copy) {
    copyFrom(copy);
    return;
  }

  const theme = event.target.closest("[data-theme-choice]");
  if (theme) {
    setTheme(theme.dataset.themeChoice);
    return;
  }

  const language = event.target.closest("[data-language-choice]");
  if (language) {
    remember("portal-language", language.dataset.languageChoice);
    // No reload: that would send a form once more that this page is the answer to.
    location.replace(location.pathname + location.search);
    return;
  }

  if (event.target.closest("[popover] a")) {
    // A page changes without a load, and would leave the menu open.
    event.target.closest("[popover]").hidePopover();
    return;
  }

  if (event.target.closest("a.skip")) {
    document.getElementById("main")?.focus();
  }
});

document.addEventListener("keydown", event => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector(".search input");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
});

async function copyFrom(button) {
  const text = button.dataset.copy ?? await readFrom(button.dataset.copyUrl);
  const copied = text !== null && (await writeByApi(text) || writeBySelection(text, button));
  button.dataset.copied = copied ? document.body.dataset.wordCopied : document.body.dataset.wordNotCopied;
  announcer.textContent = button.dataset.copied;
  setTimeout(() => {
    delete button.dataset.copied;
    announcer.textContent = "";
  }, shownFor);
}

// Texts that are too large to lie in the page for nothing.
async function readFrom(address) {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

async function writeByApi(text) {
  // The clipboard's interface is there only on https and on localhost.
  if (!navigator.clipboard) {
    return false;
  }

  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function writeBySelection(text, button) {
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.className = "visually-hidden";
  // Beside the button: a dialog keeps focus inside itself.
  button.parentElement.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  button.focus();
  return copied;
}

function setTheme(choice) {
  if (choice === "system") {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = choice;
  }

  remember("portal-theme", choice);
}

// In a cookie, so that the server sends the next page as chosen from its first byte on.
function remember(name, choice) {
  const path = new URL(document.baseURI).pathname;
  document.cookie = `${name}=${choice}; path=${path}; max-age=${yearInSeconds}; samesite=lax`;
}
