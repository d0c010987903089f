// Keys in tables of things to open, and in the menus of their rows. Listeners are on the document, for rows that come later.

const moves = { ArrowDown: 1, ArrowUp: -1 };

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }

  const menu = event.target.closest(".row-menu");
  if (menu) {
    inMenu(event, menu);
    return;
  }

  const toggle = event.target.closest(".row-actions [aria-expanded]");
  if (toggle?.getAttribute("aria-expanded") === "true" && event.key === "Escape") {
    toggle.click();
    return;
  }

  inTable(event);
});

document.addEventListener("click", event => {
  for (const toggle of document.querySelectorAll(".row-actions [aria-expanded='true']")) {
    if (!toggle.parentElement.contains(event.target)) {
      toggle.click();
    }
  }
});

function inTable(event) {
  const row = event.target.closest("table[data-rows] tbody tr");
  const isFree = event.target === document.body || event.target.id === "main";
  if (!row && !isFree) {
    return;
  }

  if (event.key === " " && row && event.target.matches("a.name")) {
    event.preventDefault();
    row.querySelector("input[type=checkbox]:not(:disabled)")?.click();
    return;
  }

  const move = moves[event.key];
  if (!move || event.target.matches("button, select")) {
    return;
  }

  const next = row
    ? (move > 0 ? row.nextElementSibling : row.previousElementSibling)
    : document.querySelector("table[data-rows] tbody tr");
  const link = next?.querySelector("a.name");
  if (link) {
    event.preventDefault();
    link.focus();
  }
}

function inMenu(event, menu) {
  const items = [...menu.querySelectorAll("[role=menuitem]:not(:disabled)")];
  const at = items.indexOf(document.activeElement);
  if (event.key in moves) {
    event.preventDefault();
    items[(at + moves[event.key] + items.length) % items.length]?.focus();
  } else if (event.key === "Home" || event.key === "End") {
    event.preventDefault();
    items.at(event.key === "Home" ? 0 : -1)?.focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    const toggle = menu.parentElement.querySelector("[aria-expanded]");
    toggle.focus();
    toggle.click();
    if (event.key === "Escape") {
      event.preventDefault();
    }
  }
}
