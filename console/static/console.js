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

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
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

// What is being typed on a case is there again when its page is shown anew, in whatever way: reloaded, left, or because
// another of its forms was sent. What was sent itself is not once the answer says that it is done; where no answer came,
// for want of a network, or it was refused, it is.
const drafts = () => document.querySelectorAll('[data-drafts] form[method="post"]');
const fieldsOf = (form) => form.querySelectorAll("textarea, select, input:not([type])");
const isTyped = (field) => field.localName !== "select" && field.value !== field.defaultValue;
const keptUnder = ({ form, name }, how = "typed") =>
  [how, document.body.dataset.user, form.getAttribute("action"), form.elements.clock?.value, name].join(" ");
let sent = null;
document.addEventListener("submit", (event) => { if (!event.defaultPrevented) sent = event.target; });
const keepDrafts = () => {
  for (const form of drafts()) {
    const isKept = [...fieldsOf(form)].some(isTyped);
    for (const field of fieldsOf(form)) {
      sessionStorage.removeItem(keptUnder(field));
      if (isKept) sessionStorage.setItem(keptUnder(field, form === sent ? "sent" : "typed"), field.value);
    }
  }
  if (sent?.getAttribute("action") === "/logout") sessionStorage.clear();
};
window.addEventListener("pagehide", keepDrafts);
window.addEventListener("pageshow", (event) => { if (event.persisted) sent = null; });
document.addEventListener("visibilitychange", () => { if (document.hidden) keepDrafts(); });
if (location.hash === "#done") {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("sent ")) sessionStorage.removeItem(key);
  history.replaceState(history.state, "", location.pathname + location.search);
}
for (const field of [...drafts()].flatMap((form) => [...fieldsOf(form)])) {
  const kept = sessionStorage.getItem(keptUnder(field)) ?? sessionStorage.getItem(keptUnder(field, "sent"));
  if (kept === null) continue;
  field.value = kept;
  if (field.localName === "textarea" && field.closest("details")) field.closest("details").open = true;
}

// A document that is known goes into the letter below what is there, to be read once more before it is sent.
document.addEventListener("click", (event) => {
  const letter = document.querySelector('form[action$="/reply"] textarea');
  if (!letter || !event.target.closest("[data-quote]")) return;
  const quoted = event.target.closest("details").querySelector("pre").textContent.trim();
  letter.value = [letter.value.trimEnd(), quoted].filter(Boolean).join("\n\n");
  letter.focus();
});

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
