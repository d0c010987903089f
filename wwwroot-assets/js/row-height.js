// How high the rows of a long list are here, on average: on a phone several lines stand in each.
export function measure() {
  const rows = document.querySelectorAll("main table[aria-rowcount] tbody tr[aria-rowindex]");
  return rows.length === 0 ? 0 : (rows[rows.length - 1].getBoundingClientRect().bottom - rows[0].getBoundingClientRect().top) / rows.length;
}
