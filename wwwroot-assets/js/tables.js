// Keys in tables of things to open, and in the menus of their rows. Listeners are on the document, for rows that come later.

const moves = { ArrowDown: 1, ArrowUp: -1 };
const ahead = 15;

// Who waits for a row that is made only when one looks there: from which row, for the row of which number in its table.
let coming = null;

// The row's link that has the focus.
let held = null;

document.addEventListener("focusin", event => {
  stopWaiting();
  held = event.target.closest("table.list tbody a.name");
  leaving.disconnect();
  if (held) {
    leaving.observe(held, { attributeFilter: ["href"] });
  }
});

// A row whose element was taken over by another one, far from it, is out of sight: nothing has the focus then.
const leaving = new MutationObserver(() => {
  leaving.disconnect();
  const link = held;
  held = null;
  link?.blur();
});

// A row that is made anew, or moved among others, loses the focus without anybody's doing: it is given back, at once or when
// the row is there again.
document.addEventListener("focusout", event => {
  const link = event.target;
  const row = link === held && !event.relatedTarget ? link.closest("tr[aria-rowindex]") : null;
  const table = row?.closest("table");
  if (table) {
    queueMicrotask(() => {
      if (link === held && table.isConnected && document.activeElement === document.body && document.hasFocus()) {
        waitFor(table, row, Number(row.getAttribute("aria-rowindex")));
      }
    });
  }
});

// Who goes elsewhere waits no more, and who presses elsewhere leaves the row.
document.addEventListener("wheel", stopWaiting, { passive: true });
document.addEventListener("pointerdown", event => {
  stopWaiting();
  if (!held?.contains(event.target)) {
    held = null;
  }
}, { passive: true });

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
  const isFree = event.target.matches("body, #main, h1");
  const row = event.target.closest("table[data-rows] tbody tr") ?? (isFree && coming?.row);
  if (!row && !isFree) {
    return;
  }

  if (event.key === " " && row && event.target.matches("a.name")) {
    const box = row.querySelector("input[type=checkbox]");
    if (box) {
      event.preventDefault();
      box.click();
    }
    return;
  }

  // Keys that are pressed while a row is waited for count, as far as rows are made at once.
  if (coming && row === coming.row && event.key in moves) {
    event.preventDefault();
    waitFor(coming.table, row, within(coming.index + moves[event.key], row, coming.table));
    return;
  }

  const next = event.target.matches("button, select") ? null : wanted(event.key, row);
  if (next) {
    event.preventDefault();
    go(next, event.key, row);
  }
}

function wanted(key, row) {
  if (key in moves) {
    return row ? neighbour(row, moves[key]) : firstInSight();
  }
  const body = row?.parentElement;
  return key === "Home" ? body?.firstElementChild : key === "End" && body ? shown(body.lastElementChild, -1) : null;
}

function neighbour(row, move) {
  return shown(sibling(row, move), move);
}

// A row without a name stands for those that are not made; it has no height when there are none.
function shown(row, move) {
  while (row && !row.querySelector("a.name") && row.offsetHeight === 0) {
    row = sibling(row, move);
  }
  return row;
}

function sibling(row, move) {
  return move > 0 ? row.nextElementSibling : row.previousElementSibling;
}

function firstInSight() {
  const rows = [...document.querySelectorAll("table[data-rows] tbody tr:has(a.name)")];
  return rows.find(row => row.getBoundingClientRect().top >= 0) ?? rows[0];
}

function go(next, key, row) {
  const link = next.querySelector("a.name");
  if (link) {
    link.focus();
    return;
  }

  const table = next.closest("table");
  const index = key === "End" ? Number(table.getAttribute("aria-rowcount")) : within(Number(row.getAttribute("aria-rowindex")) + moves[key], row, table);

  // Rounded, a row that stands for none may have a height: the row that is wanted may be there.
  if (!waitFor(table, row, index)) {
    next.scrollIntoView({ block: key === "End" ? "end" : "nearest" });
  }
}

function within(index, row, table) {
  const from = Number(row.getAttribute("aria-rowindex"));
  return Math.max(2, from - ahead, Math.min(index, from + ahead, Number(table.getAttribute("aria-rowcount"))));
}

// Goes to the row of a number: now, which is told, or when it is made.
function waitFor(table, row, index) {
  stopWaiting();
  const awaited = () => table.querySelector(`tr[aria-rowindex="${index}"] a.name`);
  if (awaited()) {
    awaited().focus();
    return true;
  }

  // A row may also take over the element of another one: of that, attributes change alone.
  const observer = new MutationObserver(() => awaited()?.focus());
  observer.observe(table, { attributeFilter: ["aria-rowindex"], childList: true, subtree: true });
  coming = { table, row, index, observer };
  return false;
}

function stopWaiting() {
  coming?.observer.disconnect();
  coming = null;
}

// Other rows begin above the link that brings them: their table's head is in sight then.
document.addEventListener("click", event => {
  const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
  let list = isElsewhere ? null : event.target.closest(".pager a")?.closest(".pager");
  while (list && !list.querySelector(":scope > table.list")) {
    list = list.previousElementSibling;
  }

  if (list?.getBoundingClientRect().top < 0) {
    list.scrollIntoView();
  }
});

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
