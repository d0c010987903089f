// Long lists on paper. Where they are not too long, rows that nobody looked at are made before the browser prints; what is left out is said.

// How long the browser's dialog waits for rows: without them it says how many are missing.
const patience = 20000;

// The table that is about to be printed.
let awaited = null;

document.addEventListener("click", event => {
  const button = event.target.closest("[data-print]");
  if (button && !isAwaited()) {
    printWhole(tableOf(button));
  }
});

document.addEventListener("keydown", event => {
  const button = document.querySelector("main [data-print]:enabled");
  if (button && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "p") {
    event.preventDefault();
    if (!event.repeat && !isAwaited()) {
      button.click();
    }
  }
});

addEventListener("beforeprint", () => {
  for (const note of document.querySelectorAll("[data-printed]")) {
    const { made, all } = rowsOf(tableOf(note));
    const numbers = [made, all].map(number => number.toLocaleString(document.documentElement.lang));
    note.textContent = made < all ? note.dataset.printed.replace(/\{(\d)\}/g, (_, place) => numbers[place]) : "";
  }
});

function printWhole(table) {
  awaited = table;
  const observer = new MutationObserver(() => {
    const { made, all } = rowsOf(table);
    if (made === all) {
      finish();
    }
  });
  const late = setTimeout(finish, patience);
  observer.observe(table, { childList: true, subtree: true });

  function finish() {
    observer.disconnect();
    clearTimeout(late);

    // Another page is not what was to be printed.
    if (isAwaited() && awaited === table) {
      awaited = null;
      print();
    }
  }
}

function isAwaited() {
  return awaited?.isConnected;
}

function tableOf(element) {
  return element.closest(".print-rows").parentElement.querySelector("table[aria-rowcount]");
}

function rowsOf(table) {
  return { made: table.querySelectorAll("tbody tr[aria-rowindex]").length, all: table.getAttribute("aria-rowcount") - 1 };
}
