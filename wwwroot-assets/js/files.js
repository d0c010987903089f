// Keys in lists of files: up and down from row to row, right into a folder, left out of it. All of it works by Tab and Enter, too.

document.addEventListener("keydown", event => {
  const rows = event.target.closest?.("[data-file-rows]");
  if (!rows || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) {
    return;
  }

  const link = event.target.closest("tr")?.querySelector("a");
  const act = {
    ArrowDown: () => step(link, "nextElementSibling"),
    ArrowUp: () => step(link, "previousElementSibling"),
    ArrowRight: () => link?.hasAttribute("data-folder") && link.click(),
    ArrowLeft: () => document.querySelector("[data-up]")?.click(),
  }[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

function step(link, direction) {
  const row = link?.closest("tr")[direction];
  row?.querySelector("a")?.focus();
}
