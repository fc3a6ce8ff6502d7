/* The few marks of the text: bold, lists, links. They are typed into the field as if by hand, so undo works. */
(function () {
  "use strict";

  const { say } = window.plein;

  /** Puts text in place of what is selected and selects the part from..to of it (counted from its start). */
  function type(field, text, from = text.length, to = from) {
    const start = field.selectionStart;
    field.focus();
    if (!document.execCommand("insertText", false, text)) {
      field.setRangeText(text, start, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    field.setSelectionRange(start + from, start + to);
  }

  const chosen = (field) => field.value.slice(field.selectionStart, field.selectionEnd);

  function bold(field) {
    const { selectionStart: start, selectionEnd: end, value } = field;
    const words = value.slice(start, end);
    if (value.slice(start - 2, start) === "**" && value.slice(end, end + 2) === "**") {
      field.setSelectionRange(start - 2, end + 2);
      return type(field, words, 0, words.length);
    }
    const kept = words.trim(); // marks next to a space are no marks
    const before = words.search(/\S|$/);
    type(field, words.slice(0, before) + `**${kept}**` + words.slice(before + kept.length), before + 2, before + 2 + kept.length);
  }

  /** Widens the selection to whole lines. */
  function lines(field) {
    const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
    const end = field.value.indexOf("\n", Math.max(field.selectionEnd, start));
    field.setSelectionRange(start, end < 0 ? field.value.length : end);
    return chosen(field).split("\n");
  }

  const MARK = /^\s*(?:[-*]|\d+[.)])\s+/;

  function list(field, numbered) {
    const rows = lines(field);
    const wanted = numbered ? /^\s*\d+[.)]\s+/ : /^\s*[-*]\s+/;
    const off = rows.every((row) => wanted.test(row));
    const marked = rows.map((row, at) => (off ? "" : numbered ? `${at + 1}. ` : "- ") + row.replace(MARK, ""));
    type(field, marked.join("\n"));
  }

  function link(field, button) {
    const words = chosen(field);
    if (/^https?:\/\/\S+$/.test(words)) {
      const here = say("here", {}, button);
      return type(field, `[${here}](${words})`, 1, 1 + here.length);
    }
    const text = words || say("here", {}, button);
    type(field, `[${text}](https://)`, text.length + 3, text.length + 11);
  }

  /** Enter in a list begins the next item; on an empty item it ends the list. */
  function enter(event, field) {
    const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
    const row = field.value.slice(start, field.selectionStart);
    const mark = /^(\s*)(-|\*|(\d+)\.)\s+/.exec(row);
    if (!mark || field.selectionStart !== field.selectionEnd) return;
    event.preventDefault();
    if (row === mark[0]) {
      field.setSelectionRange(start, field.selectionStart);
      return type(field, "\n");
    }
    type(field, `\n${mark[1]}${mark[3] ? Number(mark[3]) + 1 + "." : mark[2]} `);
  }

  function start(writer) {
    const field = writer.querySelector("textarea");
    const bar = writer.querySelector(".writer__tools");
    const acts = { bold, link, list: (on) => list(on, false), numbers: (on) => list(on, true) };
    const press = (name) => acts[name](field, bar.querySelector(`[data-tool="${name}"]`));
    bar.hidden = false;
    // Pressing a button must not take the focus, and with it the keyboard of a phone, out of the text.
    bar.addEventListener("pointerdown", (event) => event.preventDefault());
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("[data-tool]");
      if (button) press(button.dataset.tool);
    });
    field.addEventListener("keydown", (event) => {
      const control = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      const name = control && { b: "bold", k: "link" }[event.key.toLowerCase()];
      if (name) {
        event.preventDefault();
        press(name);
      } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) enter(event, field);
    });
  }

  const writer = document.getElementById("writer");
  if (writer) start(writer);
})();
