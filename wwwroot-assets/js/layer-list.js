// Brings the chosen one of many layers into sight: inside of the list, while the page stays where it is.
export function reveal(list) {
  const chosen = list.querySelector("[aria-current]");
  if (!chosen) {
    return;
  }

  const [frame, place] = [list.getBoundingClientRect(), chosen.getBoundingClientRect()];
  const [top, bottom] = [Math.max(frame.top, 0), Math.min(frame.bottom, innerHeight)];
  if (place.top < top || place.bottom > bottom) {
    list.scrollTop += place.top - (top + bottom - place.height) / 2;
  }
}
