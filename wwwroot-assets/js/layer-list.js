// Brings the chosen one of many layers into sight: inside of the list, while the page stays where it is.
export function reveal(list) {
  const chosen = list.querySelector("[aria-current]");
  if (chosen) {
    const [frame, place] = [list.getBoundingClientRect(), chosen.getBoundingClientRect()];
    list.scrollTop += Math.min(0, place.top - frame.top) + Math.max(0, place.bottom - frame.bottom);
  }
}
