/* Small manners of every page: toasts that leave, menus that close, no form sent twice, no page from the back cache. */
(function () {
  "use strict";

  const { say, toast } = window.plein;

  // A page with children's data must not come back from the browser's memory after logging out.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  /* htmx */

  const { config } = window.htmx;
  config.history = "reload";
  config.allowEmptySwapAfterOOB = false;
  // An error page belongs in the window or in a toast, never inside a card. 422 is a form with its errors: it swaps.
  config.noSwap = [204, 304, 400, 401, 403, 404, 409, 413, 429, "5xx"];

  document.addEventListener("htmx:before:response", (event) => {
    const { raw } = event.detail.ctx.response;
    if (!raw.redirected) return;
    event.preventDefault(); // the session ended: a login page must not land in a fragment
    location.assign(raw.url);
  });
  document.addEventListener("htmx:response:error", (event) => {
    const { status } = event.detail.ctx.response;
    if (status === 401) location.reload();
    else if (status !== 422) toast(say("failed"), "error");
  });
  document.addEventListener("htmx:error", (event) => {
    if (!event.detail.ctx?.response) toast(say("offline"), "error");
  });

  /* Toasts */

  const TOAST = 6000;

  function dismiss(line) {
    const held = line.matches(":hover") || line.contains(document.activeElement);
    if (held) return void setTimeout(dismiss, 2000, line);
    line.classList.add("toast--leaving");
    setTimeout(() => line.remove(), 200);
  }

  function time(line) {
    if (!line.classList.contains("toast--error") && !line.hasAttribute("data-stay")) setTimeout(dismiss, TOAST, line);
  }

  // The box itself is replaced when htmx swaps it out of band, so the whole page is watched.
  function watchToasts() {
    document.querySelectorAll("#toasts > *").forEach(time);
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) {
          if (node.nodeType !== 1) continue;
          if (node.id === "toasts") [...node.children].forEach(time);
          else if (node.parentElement?.id === "toasts") time(node);
        }
      }
    }).observe(document.body, { childList: true, subtree: true });
  }

  /* Menus */

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu !== except) menu.open = false;
    }
  }

  document.addEventListener("pointerdown", (event) => closeMenus(event.target.closest?.("details.menu")));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  /* Forms */

  const sent = new WeakMap(); // form → when; a slow answer may be tried again after a while
  const AGAIN = 10000;

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (performance.now() - (sent.get(form) ?? -AGAIN) < AGAIN) return event.preventDefault();
    sent.set(form, performance.now());
    event.submitter?.setAttribute("aria-busy", "true");
    if (event.submitter?.dataset.busy) event.submitter.textContent = event.submitter.dataset.busy;
  });

  const sizesItself = CSS.supports("field-sizing", "content");

  function grow(field) {
    field.style.height = "auto";
    field.style.height = field.scrollHeight + 2 + "px";
  }

  if (!sizesItself) {
    document.addEventListener("input", (event) => event.target.matches("textarea") && grow(event.target));
  }

  /* The connection and the service worker */

  addEventListener("offline", () => toast(say("offline"), "error"));
  addEventListener("online", () => {
    const lines = [...document.querySelectorAll("#toasts .toast--error")];
    const shown = lines.filter((line) => line.textContent.trim() === say("offline"));
    shown.forEach((line) => line.remove());
    if (shown.length) toast(say("online"));
  });

  if (document.body.dataset.sw && "serviceWorker" in navigator) {
    addEventListener("load", () => navigator.serviceWorker.register(document.body.dataset.sw).catch(() => {}));
  }

  watchToasts();
  if (!sizesItself) document.querySelectorAll("textarea").forEach(grow);
})();
