// Shows the values under the pointer. They stand in the chart's own table, which is there for everybody.

document.addEventListener("pointermove", show);
document.addEventListener("pointerdown", show);
document.addEventListener("pointerout", event => {
  const plot = event.target.closest?.(".chart-plot");
  if (plot && !plot.contains(event.relatedTarget)) {
    hide(plot);
  }
});

function show(event) {
  const plot = event.target.closest?.(".chart-plot");
  if (!plot) {
    return;
  }

  const table = plot.closest(".chart").querySelector("table");
  const rows = table.tBodies[0].rows;
  const box = plot.getBoundingClientRect();
  const share = Math.min(Math.max((event.clientX - box.left) / box.width, 0), .9999);
  const point = Math.floor(share * rows.length);
  const heads = table.tHead.rows[0].cells;
  const lines = [...rows[point].cells].map((cell, place) => place === 0 ? cell.textContent : `${heads[place].textContent}: ${cell.textContent}`);

  const tip = plot.querySelector(".chart-tip");
  tip.textContent = lines.join("\n");
  tip.classList.add("shown");
  tip.style.left = `${share < .5 ? (point + 1) / rows.length * 100 : point / rows.length * 100}%`;
  tip.style.transform = share < .5 ? "translateX(6px)" : "translateX(calc(-100% - 6px))";
  const cursor = plot.querySelector(".chart-cursor");
  cursor.classList.add("shown");
  cursor.style.left = `${point / rows.length * 100}%`;
  cursor.style.width = `${100 / rows.length}%`;
}

function hide(plot) {
  plot.querySelectorAll(".shown").forEach(element => element.classList.remove("shown"));
}
