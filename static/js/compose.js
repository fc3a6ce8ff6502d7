/* Writing a post: keeps the draft on the server (never in the browser), shows who gets it, and lets go only when
   everything has arrived. */
(function () {
  "use strict";

  const form = document.getElementById("compose");
  if (!form) return;

  const { say, post, element, toast } = window.plein;
  const saved = document.getElementById("compose-saved");
  const published = form.hasAttribute("data-editing"); // what readers see changes only when the teacher says so
  const PAUSE = 2000;
  const RETRY = [5000, 15000, 30000];

  let typed = 0; // counts changes; the draft is safe when kept === typed
  let kept = 0;
  let timer = null;
  let busy = false;
  let failures = 0;
  let leaving = false;

  /* Keeping the draft */

  function line(name, values, bad = false) {
    saved.textContent = say(name, values, form);
    saved.classList.toggle("compose__saved--not", bad);
  }

  function content() {
    const data = new FormData(form);
    data.delete("files");
    data.delete("documents");
    return data;
  }

  function plan(ms) {
    clearTimeout(timer);
    timer = setTimeout(keep, ms);
  }

  async function keep() {
    clearTimeout(timer);
    if (busy || published || leaving || kept === typed) return;
    busy = true;
    const version = typed;
    line("saving");
    try {
      const answer = await post(form.dataset.url, content(), { headers: { "X-Autosave": "1", Accept: "application/json" } });
      settle(answer, await answer.json().catch(() => ({})), version);
    } catch {
      lost();
    }
    busy = false;
  }

  function settle(answer, said, version) {
    if (answer.ok && !answer.redirected) {
      kept = version;
      failures = 0;
      line("saved", { time: said.saved });
      if (typed !== kept) plan(PAUSE);
    } else if (answer.status >= 500) lost();
    else if (answer.status === 401 || answer.redirected) line("signed-out", {}, true);
    else line("refused", { why: said.error ?? "" }, true);
  }

  function lost() {
    line("unsaved", {}, true);
    plan(RETRY[Math.min(failures++, RETRY.length - 1)]);
  }

  function changed() {
    typed += 1;
    plan(PAUSE);
  }

  form.addEventListener("input", (event) => event.target.type !== "file" && changed());
  form.addEventListener("change", (event) => event.target.matches("[type=checkbox], [type=radio], select") && changed());
  addEventListener("online", keep);
  document.addEventListener("visibilitychange", () => document.hidden && keep());
  addEventListener("beforeunload", (event) => {
    if (!leaving && (kept !== typed || window.plein.uploads.left())) event.preventDefault();
  });

  // Enter in a line of text is no decision to send anything.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input:not([type=checkbox], [type=radio], [type=file])")) event.preventDefault();
  });

  /* Who gets it */

  const whole = form.elements.whole_school;
  const comments = form.elements.comments_open;
  let commentsChosen = published;
  let asking = null;

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const query = new URLSearchParams({ groups: new FormData(form).getAll("groups").join(",") });
    if (whole?.checked) query.set("whole_school", "1");
    try {
      const answer = await fetch(`${form.dataset.url}/audience?${query}`, { signal: asking.signal, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error("no audience");
      document.getElementById("audience").replaceWith(element(await answer.text()));
    } catch (error) {
      if (error.name !== "AbortError") unknown();
    }
  }

  /** No number is better than a wrong one; the server shows the page once more before it publishes. */
  function unknown() {
    const box = document.getElementById("audience");
    box.querySelector("[name=shown_audience]").value = "";
    box.querySelector(".audience__who span").textContent = say("unknown", {}, form);
    const label = box.querySelector(".audience__now");
    if (label) label.textContent = say("publish", {}, form);
  }

  form.addEventListener("change", (event) => {
    if (event.target === comments) commentsChosen = true;
    if (whole && event.target === whole && !commentsChosen) comments.checked = !whole.checked;
    if (event.target.name === "whole_school" || event.target.name === "groups") ask();
  });

  /* Taking a photo or document away */

  form.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    event.preventDefault();
    const tile = button.closest("li");
    const part = button.closest("section");
    button.disabled = true;
    try {
      const answer = await post(button.formAction, new URLSearchParams(), { headers: { "X-Autosave": "1" } });
      if (!answer.ok && answer.status !== 404) throw new Error("refused");
      const next = tile.nextElementSibling ?? tile.previousElementSibling;
      tile.remove();
      (next?.querySelector("[data-remove]") ?? part.querySelector('input[type="file"]')).focus({ preventScroll: true });
      toast(say("removed", {}, document.getElementById("photos")));
    } catch {
      button.disabled = false;
      toast(say(navigator.onLine ? "failed" : "offline"), "error");
    }
  });

  /* Sending the form */

  let wish = null; // the button that was pressed while files were still on their way

  form.addEventListener("submit", (event) => {
    const { left, failed } = window.plein.uploads;
    if (left() || (failed() && wish !== event.submitter)) {
      event.preventDefault();
      wish = event.submitter;
      wish?.setAttribute("aria-busy", "true");
      if (!left()) stop();
      return;
    }
    leaving = true;
    setTimeout(() => (leaving = false), 10000); // when the server does not answer, the draft is kept on
  });

  function stop() {
    wish?.removeAttribute("aria-busy");
    toast(say("incomplete", {}, form), "error");
  }

  form.addEventListener("uploads", ({ detail }) => {
    if (!wish) return;
    if (detail.left) return line("waiting", { done: detail.done, count: detail.count });
    if (detail.failed) return stop();
    const button = wish.isConnected ? wish : form.querySelector(".audience__publish");
    wish = null;
    button.removeAttribute("aria-busy");
    form.requestSubmit(button);
  });
})();
