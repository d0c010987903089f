// Keys in lists of files: right into a folder, left out of it. Up and down are those of all tables. All of it works by Tab and Enter, too.

document.addEventListener("keydown", event => {
  if (!event.target.closest?.("[data-file-rows]") || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) {
    return;
  }

  const link = event.target.closest("tr")?.querySelector("a");
  const act = {
    ArrowRight: () => link?.hasAttribute("data-folder") && link.click(),
    ArrowLeft: () => document.querySelector("[data-up]")?.click(),
  }[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});
