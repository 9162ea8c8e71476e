// One stream for all visible pages of a user in this browser, in a worker that they share: over HTTP/1.1 browsers open six
// connections to a server, and the seventh page would wait for ever.
"use strict";

const pages = new Set();
let stream = null;

const tellAll = (kind, about) => { for (const page of pages) page.postMessage([kind, about]); };

const begin = () => {
  stream = new EventSource("/events");
  for (const kind of ["open", "queue", "case", "presence"]) {
    stream.addEventListener(kind, (event) => tellAll(kind, event.data));
  }
};

const come = (page) => {
  pages.add(page);
  if (stream === null || stream.readyState === EventSource.CLOSED) begin();
  else if (stream.readyState === EventSource.OPEN) page.postMessage(["open"]);
};

const leave = (page) => {
  pages.delete(page);
  if (pages.size > 0) return;
  stream?.close();
  stream = null;
};

self.addEventListener("connect", ({ ports: [page] }) => {
  page.onmessage = ({ data: isVisible }) => (isVisible ? come(page) : leave(page));
});
