// What one types and presses before a page is live. Blazor makes the page anew when its circuit is there: what was typed into
// the old one would be gone, and what was pressed in it never heard. It is kept here, and done again in the new one where the
// same thing is there, once, and nobody has gone on since.

const within = ":is(header.bar, main)";
const mostActs = 50;

// What waits for the circuit, without what is done in the browser alone.
const fields = "input:not([type=checkbox], [type=radio]), textarea, select";
const presses = "input:is([type=checkbox], [type=radio]), summary, :is(button, [role=button]):not([type=submit], [popovertarget], "
  + "[data-copy], [data-copy-url], [data-dialog], [data-theme-choice], [data-language-choice])";

// What was done, in its order: to which thing, and how it is done again. A press waits until the page is whole.
let acts = [];

// The thing that has the focus.
let place = null;

const before = new AbortController();
const watch = new MutationObserver(catchUp);

if (!isLive()) {
  const options = { capture: true, signal: before.signal };
  document.addEventListener("input", typed, options);
  document.addEventListener("click", pressed, options);
  document.addEventListener("submit", submitted, options);
  document.addEventListener("focusin", event => place = thing(event.target), options);
  document.addEventListener("pointerdown", event => place = place?.element.contains(event.target) ? place : null, options);
  watch.observe(document.body, { childList: true, subtree: true });
}

function isLive() {
  return document.querySelector("main[data-live]") !== null;
}

function typed(event) {
  if (event.target.matches(fields)) {
    keep(event.target, { again: field => write(field, event.target) });
  }
}

function pressed(event) {
  const target = event.target.closest(presses);
  if (target && event.isTrusted) {
    keep(target, { again: found => found.click(), isPress: true, isToggle: !target.matches("button, [role=button]") });
  }
}

// A form with an address is sent by the browser; one without would be sent to the page itself, fields and all.
function submitted(event) {
  if (!event.target.hasAttribute("action") && !event.target.hasAttribute("method")) {
    event.preventDefault();
    keep(event.target, { again: form => form.requestSubmit(), isPress: true });
  }
}

function keep(element, act) {
  if (element.closest(within) && acts.length < mostActs) {
    // Who presses again and again, since nothing happens, wants it once; what is turned on and off is counted.
    acts = acts.filter(other => other.element !== element || act.isToggle);
    acts.push({ ...thing(element), ...act });
  }
}

function catchUp() {
  if (!isLive()) {
    return;
  }

  if (!before.signal.aborted) {
    before.abort();
    // Nothing is done behind the back of who goes on by himself.
    for (const kind of ["pointerdown", "keydown"]) {
      document.addEventListener(kind, () => watch.disconnect(), { capture: true, once: true });
    }
  }

  const isWhole = !document.querySelector("main .mud-skeleton");
  if (isWhole) {
    watch.disconnect();
  }

  // Away from the list first: what is done changes the page, and so may come back here.
  const now = acts.filter(act => isWhole || !act.isPress && find(act));
  acts = acts.filter(act => !now.includes(act));
  for (const act of now) {
    const found = find(act);
    if (found) {
      act.again(found);
    }
  }

  goTo(place && find(place));
}

function goTo(found) {
  if (found && document.activeElement?.matches("body, h1")) {
    const { selectionStart, selectionEnd } = place.element;
    place = null;
    found.focus();
    // Kinds without a caret have none to set: numbers, say.
    if (found.matches(fields) && typeof selectionStart === "number") {
      found.setSelectionRange(selectionStart, selectionEnd);
    }
  }
}

function write(field, old) {
  if (field.value !== old.value) {
    field.value = old.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function thing(element) {
  return element.closest(within) ? { element, name: nameOf(element) } : null;
}

function find({ element, name }) {
  const same = [...document.querySelectorAll(`${within} ${element.localName}`)].filter(other => nameOf(other) === name);
  return same.length === 1 ? same[0] : null;
}

// What a person would call it, on which page, and of which row.
function nameOf(element) {
  const text = element.matches(fields) ? element.labels?.[0]?.textContent : element.textContent;
  const row = element.closest("tr, li")?.querySelector("a[href]")?.href;
  return [location.href, element.localName, element.type, element.name, element.ariaLabel, element.placeholder, element.href, text?.trim(), row].join("\n");
}
