// What one types and presses before a page is live. Blazor makes the page anew when its circuit is there: what was typed into
// the old one would be gone, and what was pressed in it never heard. It is kept here, and done again in the new one where the
// same thing is there, the only one of its name before and after.

const within = ":is(header.bar, main)";
const mostActs = 50;

// In milliseconds: who pressed so long ago expects nothing any more; and how long the page may take to be whole once it is live.
const patience = 30000;
const longest = 60000;

// In milliseconds, between one act and the next, which may depend on what it changed.
const pause = 200;

// What waits for the circuit, without what is done in the browser alone.
const fields = "input:not([type=checkbox], [type=radio], [type=file]), textarea, select";
const toggles = "input:is([type=checkbox], [type=radio]), summary";
const buttons = ":is(button, [role=button]):not([popovertarget], [data-copy], [data-copy-url], [data-dialog], [data-theme-choice], [data-language-choice])";

// What was done, in its order: to which thing, and how it is done again. A press waits until the page is whole.
let acts = [];

// The thing that has the focus.
let place = null;

let isBusy = false;
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
  const target = event.target.closest(`${toggles}, ${buttons}`);
  if (target && event.isTrusted && target.type !== "submit") {
    const isToggle = target.matches(toggles);
    const isKept = keep(target, { again: found => found.click(), isPress: !target.matches("summary"), isToggle });
    if (isKept && !isToggle) {
      target.ariaBusy = "true";
      setTimeout(() => target.ariaBusy = null, patience);
    }
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
  const it = thing(element);
  const isKept = it !== null && find(it) === element && acts.length < mostActs;
  if (isKept) {
    // Who presses again and again, since nothing happens, wants it once; what is turned on and off is counted.
    acts = acts.filter(other => other.element !== element || act.isToggle);
    acts.push({ ...it, ...act, at: performance.now(), search: location.search });
  }

  return isKept;
}

async function catchUp() {
  if (isBusy || !isLive()) {
    return;
  }

  isBusy = true;
  if (!before.signal.aborted) {
    begin();
  }

  for (let act = next(); act; act = next()) {
    acts = acts.filter(other => other !== act);
    const found = find(act);
    if (found && !found.disabled && !found.readOnly) {
      act.again(found);
      await new Promise(resolve => setTimeout(resolve, acts.length > 0 ? pause : 0));
    }
  }

  goTo(place && find(place));
  isBusy = false;
  if (isWhole()) {
    end();
  }
}

// The page is live. Nothing is pressed behind the back of who goes on alone.
function begin() {
  before.abort();
  // The address may have changed since then, and does by what is done again.
  acts = acts.filter(act => act.search === location.search);
  document.addEventListener("keydown", () => acts = acts.filter(act => !act.isPress), { capture: true, once: true });
  document.addEventListener("pointerdown", () => {
    acts = acts.filter(act => !act.isPress);
    place = null;
  }, { capture: true, once: true });
  setTimeout(end, longest);
}

// What was typed is held no longer than it takes.
function end() {
  watch.disconnect();
  acts = [];
  place = null;
}

function next() {
  acts = acts.filter(act => !act.isPress || performance.now() - act.at < patience);
  return acts.find(act => isWhole() || !act.isPress && find(act));
}

function isWhole() {
  return !document.querySelector("main .mud-skeleton");
}

function goTo(found) {
  if (found && document.activeElement?.matches("body, h1")) {
    found.focus();
    if (document.activeElement === found) {
      const { selectionStart, selectionEnd } = place.element;
      place = null;
      // Kinds without a caret have none to set: numbers, say.
      if (found.matches(fields) && typeof selectionStart === "number") {
        found.setSelectionRange(selectionStart, selectionEnd);
      }
    }
  }
}

function write(field, old) {
  const former = field.value;
  field.value = old.value;
  if (field.value !== old.value) {
    // A choice that is there no more.
    field.value = former;
  } else if (field.value !== former) {
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

// What a person would call it, on which page, and of what: a row is of the thing that it leads to, or says so.
function nameOf(element) {
  const label = element.labels?.[0];
  const text = element.matches(fields) ? label?.querySelector("span") ?? label : element;
  const of = element.closest("[data-of]")?.dataset.of ?? element.closest("tr, li")?.querySelector("a[href]")?.href;
  return [location.pathname, element.localName, element.type, element.name, element.ariaLabel, element.placeholder, element.href, text?.textContent.trim(), of].join("\n");
}
