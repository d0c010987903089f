// An instruction and the layer that it made light up together.

const lit = "lit";

function light(event) {
  const layer = event.target.closest?.("[data-layer]")?.dataset.layer;
  for (const element of document.querySelectorAll(`[data-layer].${lit}`)) {
    element.classList.toggle(lit, element.dataset.layer === layer);
  }

  if (layer) {
    for (const element of document.querySelectorAll(`[data-layer="${CSS.escape(layer)}"]`)) {
      element.classList.add(lit);
    }
  }
}

document.addEventListener("pointerover", light);
document.addEventListener("focusin", light);
