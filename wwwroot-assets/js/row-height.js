// How high the rows of a long list are here, on average: on a phone several lines stand in each.
export function measure() {
  const rows = [...document.querySelectorAll("main table[aria-rowcount] tbody tr[aria-rowindex]")];
  // Each by itself: between the first ones and those where one looks others may not be made.
  const height = rows.reduce((sum, row) => sum + row.getBoundingClientRect().height, 0) / (rows.length || 1);
  // What stands for rows that are still made looks like them.
  rows[0]?.closest("table").style.setProperty("--row-height", `${height}px`);
  return height;
}
