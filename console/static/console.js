// Firstline's pages: keys that hold everywhere, and what the server tells while a page is open.
"use strict";

const isTyping = (element) => element.closest("input:not([type=radio]), textarea, select, [contenteditable]") !== null;

const open = (id) => document.getElementById(id)?.showModal();

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) open(opener.dataset.open);
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || opener) menu.open = false;
  }
});

let isGoing = false;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const wasGoing = isGoing;
  isGoing = false;
  if (wasGoing) {
    const link = document.querySelector(`nav [data-key="${CSS.escape(event.key)}"]`);
    if (link) { event.preventDefault(); event.stopImmediatePropagation(); link.click(); }
  } else if (event.key === "?") {
    event.preventDefault();
    open("help");
  } else if (event.key === "/") {
    event.preventDefault();
    document.querySelector("[data-search]")?.focus();
  } else if (event.key === "g" && !document.querySelector("[data-review]")) {
    isGoing = true;
  }
}, true);

// A double click sends a form once: the second would do the act again, or be told that it cannot be done any more.
const DOUBLE_CLICK_MS = 1000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  if (form.hasAttribute("data-sent")) { event.preventDefault(); return; }
  form.setAttribute("data-sent", "");
  setTimeout(() => form.removeAttribute("data-sent"), DOUBLE_CLICK_MS);
});

// What is being typed is there again when the page is shown as it is now.
const fields = () => document.querySelectorAll('main form[method="post"] :is(textarea, select, input:not([type="hidden"]))');
const placeOf = (field) => `${field.form.getAttribute("action")} ${field.name}`;
const keptUnder = (path) => `typed ${path}`;
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-anew]");
  if (!link) return;
  const kept = [...fields()].filter((field) => field.name && field.type !== "checkbox" && field.value !== field.defaultValue);
  sessionStorage.setItem(keptUnder(link.pathname), JSON.stringify(kept.map((field) => [placeOf(field), field.value])));
});
const kept = new Map(JSON.parse(sessionStorage.getItem(keptUnder(location.pathname)) ?? "[]"));
sessionStorage.removeItem(keptUnder(location.pathname));
for (const field of kept.size ? fields() : []) {
  if (field.type === "checkbox" || !kept.has(placeOf(field))) continue;
  field.value = kept.get(placeOf(field));
  if (field.localName === "textarea" && field.closest("details")) field.closest("details").open = true;
}

// What the server tells: to all visible pages by one stream in a worker (live.js); where a browser has no such workers, to
// each by its own, which a hidden page closes.
const tell = (name, detail) => document.body.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));

const hear = (kind, about) => {
  if (kind === "queue") {
    for (const place of document.querySelectorAll("[data-review-count]")) place.textContent = about === "0" ? "" : about;
  }
  // What happened between the page's making and the stream's beginning is told by nobody: at "open" it is asked for.
  tell(kind === "case" || kind === "presence" ? `${kind}-${about}` : kind, about);
};

const byWorker = () => {
  const { port } = new SharedWorker(document.body.dataset.live, document.body.dataset.user);
  port.onmessage = ({ data: [kind, about] }) => hear(kind, about);
  return (isVisible) => port.postMessage(isVisible);
};

const byOwnStream = () => {
  let stream = null;
  return (isVisible) => {
    stream?.close();
    stream = isVisible ? new EventSource("/events") : null;
    for (const kind of ["open", "queue", "case", "presence"]) {
      stream?.addEventListener(kind, (event) => hear(kind, event.data));
    }
  };
};

if ("live" in document.body.dataset) {
  const listen = window.SharedWorker ? byWorker() : byOwnStream();
  document.addEventListener("visibilitychange", () => listen(!document.hidden));
  window.addEventListener("pagehide", () => listen(false));
  listen(!document.hidden);
}
