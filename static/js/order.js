/* The order of the photos: by mouse, by a long press on a phone, or with the two arrow buttons. */
(function () {
  "use strict";

  const part = document.getElementById("photos");
  if (!part) return;

  const { say, post, toast } = window.plein;
  const grid = document.getElementById("snaps");
  const status = document.getElementById("snaps-status");
  const PRESS = 350; // how long a finger rests on a photo before it is picked up
  const SLACK = 8; // px; less is a tap, more before PRESS is scrolling
  let timer = null;

  const tiles = () => [...grid.children];
  const kept = () => tiles().filter((tile) => tile.dataset.photo);

  function save() {
    clearTimeout(timer);
    timer = null;
    const body = new URLSearchParams({ order: kept().map((tile) => tile.dataset.photo).join(",") });
    post(part.dataset.order, body, { headers: { "X-Autosave": "1" }, keepalive: true })
      .then((answer) => answer.ok || toast(say("failed"), "error"))
      .catch(() => toast(say("offline"), "error"));
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(save, 400);
  }

  function tell(tile) {
    const row = tiles();
    status.textContent = say("place", { number: row.indexOf(tile) + 1, count: row.length }, part);
  }

  function step(tile, by) {
    const row = tiles();
    const other = row[row.indexOf(tile) + by];
    if (!other) return;
    if (by < 0) other.before(tile);
    else other.after(tile);
    tell(tile);
    soon();
  }

  grid.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    step(button.closest(".snap"), Number(button.dataset.move));
    button.focus(); // a moved element loses it
  });

  /* Dragging */

  let held = null; // {tile, ghost, x, y, before: the tile it stood in front of}

  function lift(tile, point) {
    const picture = tile.querySelector("img, canvas");
    const box = picture.getBoundingClientRect();
    const ghost = picture.cloneNode();
    if (ghost.getContext) ghost.getContext("2d").drawImage(picture, 0, 0);
    ghost.removeAttribute("id");
    ghost.className = "snap__ghost";
    Object.assign(ghost.style, { left: box.x + "px", top: box.y + "px", width: box.width + "px", height: box.height + "px" });
    document.body.append(ghost);
    tile.classList.add("snap--held");
    held = { tile, ghost, x: point.x, y: point.y, before: tile.nextElementSibling };
    navigator.vibrate?.(12);
  }

  function carry(point) {
    held.ghost.style.transform = `translate(${point.x - held.x}px, ${point.y - held.y}px) scale(1.04)`;
    const edge = 70;
    if (point.y < edge) scrollBy(0, -14);
    else if (point.y > innerHeight - edge - 70) scrollBy(0, 14);
    const over = document.elementFromPoint(point.x, point.y)?.closest("#snaps > .snap");
    if (!over || over === held.tile) return;
    const row = tiles();
    if (row.indexOf(over) > row.indexOf(held.tile)) over.after(held.tile);
    else over.before(held.tile);
  }

  function drop(keep) {
    if (!held) return;
    const { tile, ghost, before } = held;
    held = null;
    ghost.remove();
    tile.classList.remove("snap--held");
    if (!keep) grid.insertBefore(tile, before);
    else if (tile.nextElementSibling !== before) {
      tell(tile);
      soon();
    }
  }

  grid.addEventListener("pointerdown", (event) => {
    const picture = event.target.closest(".snap__picture");
    const tile = picture?.closest(".snap");
    if (!tile?.dataset.photo || event.button || held) return;
    const start = { x: event.clientX, y: event.clientY };
    const touch = event.pointerType !== "mouse";
    const press = touch && setTimeout(() => lift(tile, start), PRESS);
    const point = ({ clientX: x, clientY: y }) => ({ x, y });

    function move(moved) {
      if (held) return carry(point(moved));
      if (Math.hypot(moved.clientX - start.x, moved.clientY - start.y) < SLACK) return;
      if (touch) return end();
      lift(tile, start);
    }
    function end(ended) {
      clearTimeout(press);
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
      drop(ended?.type === "pointerup");
    }
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  });

  // While a photo is held the page must not scroll under the finger, and the phone's own photo menu stays away.
  grid.addEventListener("touchmove", (event) => held && event.preventDefault(), { passive: false });
  grid.addEventListener("contextmenu", (event) => event.target.closest(".snap__picture") && event.preventDefault());
  grid.addEventListener("dragstart", (event) => event.preventDefault());
  addEventListener("keydown", (event) => event.key === "Escape" && drop(false));
  addEventListener("pagehide", () => timer && save());

  window.plein.saveOrder = save;
})();
