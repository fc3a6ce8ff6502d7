/* A short post counts as read when it was in view for a second; a long one when it was opened, which the server sees. */
(function () {
  "use strict";

  const ENOUGH = 0.6; // of the card, or of the window when the card is taller
  const LONG_ENOUGH = 1000;
  const EVERY = 4000;

  const waiting = new Map(); // card → timer
  const seen = new Set(); // ids to tell the server
  const told = new Set();
  let timer = null;

  function id(card) {
    return card.dataset.id || card.id.replace(/^post-/, "");
  }

  function note(card) {
    waiting.delete(card);
    watcher.unobserve(card);
    if (told.has(id(card))) return;
    seen.add(id(card));
    timer ??= setTimeout(tell, EVERY);
  }

  function tell() {
    clearTimeout(timer);
    timer = null;
    if (!seen.size) return;
    const ids = [...seen];
    seen.clear();
    ids.forEach((one) => told.add(one));
    const body = new URLSearchParams({ posts: ids.join(",") });
    window.plein.post("/reads", body, { keepalive: true }).catch(() => {
      ids.forEach((one) => told.delete(one) && seen.add(one)); // the next mark takes them along
    });
  }

  function inView(entry) {
    const { height } = entry.intersectionRect;
    return height >= ENOUGH * Math.min(entry.boundingClientRect.height, innerHeight);
  }

  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const card = entry.target;
        const yes = entry.isIntersecting && inView(entry) && !document.hidden;
        if (yes && !waiting.has(card)) waiting.set(card, setTimeout(note, LONG_ENOUGH, card));
        if (!yes && waiting.has(card)) {
          clearTimeout(waiting.get(card));
          waiting.delete(card);
        }
      }
    },
    { threshold: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] },
  );

  function look() {
    for (const card of document.querySelectorAll("[data-unread]:not([data-long])")) {
      if (told.has(id(card))) continue;
      watcher.unobserve(card); // observing anew reports at once, also after the tab was away
      watcher.observe(card);
    }
  }

  document.addEventListener("htmx:after:swap", look);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return look();
    waiting.forEach((timeout) => clearTimeout(timeout));
    waiting.clear();
    tell();
  });
  addEventListener("pagehide", tell);
  look();
})();
