/* What the other scripts share: the request that carries the CSRF token, the sentences of the page, toasts. */
(function () {
  "use strict";

  const words = document.body;

  /** A sentence of the page's language, from data-say-<name> on <body>; {gaps} are filled from values. */
  function say(name, values = {}, from = words) {
    const sentence = from?.getAttribute("data-say-" + name) ?? "";
    return sentence.replace(/\{(\w+)\}/g, (gap, key) => values[key] ?? gap);
  }

  function csrf() {
    return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  }

  function post(url, body, options = {}) {
    const headers = { "X-CSRFToken": csrf(), ...options.headers };
    return fetch(url, { method: "POST", credentials: "same-origin", ...options, body, headers });
  }

  /** The one element of a fragment of HTML that this server made. */
  function element(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    return holder.content.firstElementChild;
  }

  /** Puts a sentence at the edge of the screen; the same one is not shown twice. */
  function toast(sentence, kind = "say") {
    const box = document.getElementById("toasts");
    if (!box || !sentence) return;
    if ([...box.children].some((shown) => shown.textContent.trim() === sentence)) return;
    const line = document.createElement("p");
    line.className = kind === "error" ? "toast toast--error" : "toast";
    line.setAttribute("role", kind === "error" ? "alert" : "status");
    line.textContent = sentence;
    box.append(line);
  }

  window.plein = { say, csrf, post, element, toast };
})();
