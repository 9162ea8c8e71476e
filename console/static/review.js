// The review queue by keyboard: 1-4 the level, letters the category, Enter confirms, u takes back.
"use strict";

const PAUSE_MS = 900; // after so long a letter begins a new word
let typed = "";
let typedAt = 0;
let isBusy = false;
let waiting = []; // keys that were typed while an answer was on its way

const form = () => document.querySelector("[data-correct]");

const choose = (input) => {
  input.checked = true;
  input.closest("label").scrollIntoView({ block: "nearest" });
};

const say = (text) => {
  const place = document.querySelector("[data-typed]");
  if (place) place.textContent = text;
};

const byWord = (word) => {
  const inputs = [...form().querySelectorAll("[data-letter]")];
  if (word.length === 1) {
    const found = inputs.find((input) => input.dataset.letter === word);
    if (found) return found;
  }
  return inputs.find((input) => input.dataset.names.split(" ").some((name) => name.startsWith(word)));
};

const step = (by) => {
  const links = [...document.querySelectorAll(".queue a")];
  const at = links.findIndex((link) => link.hasAttribute("aria-current"));
  links[Math.min(Math.max(at + by, 0), links.length - 1)]?.click();
};

const letter = (key) => {
  const now = Date.now();
  typed = now - typedAt < PAUSE_MS ? typed + key : key;
  typedAt = now;
  const found = byWord(typed) ?? byWord((typed = key));
  if (found) choose(found);
  say(found ? typed : "");
};

const press = (key) => {
  const isWord = typed !== "" && Date.now() - typedAt < PAUSE_MS;
  if (key === "ArrowDown" || (key === "j" && !isWord)) step(1);
  else if (key === "ArrowUp" || (key === "k" && !isWord)) step(-1);
  else if (key === "Escape") { typed = ""; say(""); form()?.reset(); }
  else if (key === "u" && !isWord) document.querySelector("[data-undo]")?.requestSubmit();
  else if (form() === null) return false;
  else if (/^[1-4]$/.test(key)) choose(form().querySelector(`[name=level][value="${key}"]`));
  else if (key === "Enter") form().requestSubmit();
  else if (/^[a-z]$/.test(key)) letter(key);
  else return false;
  return true;
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  const where = event.target;
  if (where.closest("input:not([type=radio]), textarea, select")) return;
  // A key that is held down would confirm case after case, or take back what was meant.
  if (event.repeat && (event.key === "Enter" || event.key === "u")) { event.preventDefault(); return; }
  if (event.key === "Enter" && where.closest("a, button, summary")) return;
  if (event.key.startsWith("Arrow") && where.closest(".text")) return;
  if (isBusy) {
    // Enter struck twice: the next case has not been seen, and nothing was said of it.
    if (event.key !== "Enter" || waiting.length > 0) waiting.push(event.key);
    event.preventDefault();
    return;
  }
  if (press(event.key)) event.preventDefault();
});

const isOurs = (event) => event.detail.target?.id === "review";

document.addEventListener("htmx:beforeRequest", (event) => { if (isOurs(event)) isBusy = true; });

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt?.id !== "review") return;
  isBusy = false;
  typed = "";
  while (waiting.length > 0 && !isBusy) press(waiting.shift());
});

for (const name of ["htmx:sendError", "htmx:timeout", "htmx:swapError"]) {
  document.addEventListener(name, () => { isBusy = false; waiting = []; });
}
document.addEventListener("htmx:afterRequest", (event) => {
  // A notice in place of the next case: nothing was swapped here, so what was typed for it is forgotten.
  if (isOurs(event) && event.detail.xhr.getResponseHeader("HX-Retarget")) { isBusy = false; waiting = []; }
});
