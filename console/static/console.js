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

// One stream a visible page: browsers allow few connections to a server, and people open many tabs.
let stream = null;
const tell = (name, detail) => document.body.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));

const listen = () => {
  if (document.hidden) {
    stream?.close();
    stream = null;
  } else if (stream === null) {
    stream = new EventSource("/events");
    // What happened between the page's making and the stream's beginning is told by nobody: it is asked for.
    stream.addEventListener("open", () => tell("open"));
    stream.addEventListener("queue", (event) => {
      for (const place of document.querySelectorAll("[data-review-count]")) {
        place.textContent = event.data === "0" ? "" : event.data;
      }
      tell("queue", event.data);
    });
    stream.addEventListener("case", (event) => tell(`case-${event.data}`, event.data));
    stream.addEventListener("presence", (event) => tell(`presence-${event.data}`, event.data));
  }
};

if (document.body.hasAttribute("data-live")) {
  document.addEventListener("visibilitychange", listen);
  window.addEventListener("pagehide", () => stream?.close());
  listen();
}
