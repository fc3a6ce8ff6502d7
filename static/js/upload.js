/* Photos, films and documents go up one request a file, two at a time. Each has its own progress, its own failure
   and its own second try; a bad one never takes the others or the text along. */
(function () {
  "use strict";

  const photos = document.getElementById("photos");
  if (!photos) return;

  const { say, csrf, element, toast } = window.plein;
  const form = document.getElementById("compose");
  const status = document.getElementById("snaps-status");
  const AT_ONCE = 2;
  const SIDE = 2560; // px; the school keeps 2048, a little more keeps that one sharp
  const SMALL = 4 * 2 ** 20; // a photo below this and within SIDE is sent as it is
  const PREVIEW = 320;
  const STALLED = 90000; // ms without a byte; decoding on the server may take most of it
  const TRIES = 4;
  const WAITS = [2000, 5000, 12000];

  const jobs = new Set();
  let sending = 0;
  let arrived = 0;
  let several = false;

  /* Making a photo smaller */

  /** Some browsers hand out noise for what was drawn, against fingerprinting: then the file goes as it is. */
  const honest = (() => {
    const context = new OffscreenCanvas(1, 1).getContext?.("2d", { willReadFrequently: true });
    if (!context) return false;
    context.fillStyle = "#3c6e9f";
    context.fillRect(0, 0, 1, 1);
    return context.getImageData(0, 0, 1, 1).data.join() === "60,110,159,255";
  });
  let canDraw = null;

  function drawable() {
    try {
      return (canDraw ??= honest());
    } catch {
      return (canDraw = false); // no OffscreenCanvas
    }
  }

  function draw(canvas, bitmap, scale) {
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext("2d", { alpha: false });
    context.imageSmoothingQuality = "high";
    context.fillStyle = "#fff"; // under what is transparent
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return canvas;
  }

  function preview(job, bitmap) {
    const canvas = draw(document.createElement("canvas"), bitmap, PREVIEW / Math.min(bitmap.width, bitmap.height));
    canvas.className = "snap__preview";
    job.tile.querySelector(".snap__picture")?.prepend(canvas);
    job.tile.classList.add("snap--seen");
  }

  async function smaller(job) {
    const { file } = job;
    if (!/^image\/(?!gif|svg)/.test(file.type)) return file;
    let bitmap;
    try {
      bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
      if (!job.tile.classList.contains("snap--seen")) preview(job, bitmap);
      const scale = SIDE / Math.max(bitmap.width, bitmap.height);
      if ((scale >= 1 && file.size < SMALL) || !drawable()) return file;
      const canvas = draw(new OffscreenCanvas(1, 1), bitmap, Math.min(1, scale));
      const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.88 });
      return blob.size < file.size ? blob : file;
    } catch {
      return file; // the server says what is wrong with it
    } finally {
      bitmap?.close();
    }
  }

  /* Sending one */

  function request(job, blob) {
    return new Promise((resolve) => {
      const xhr = new XMLHttpRequest();
      let stall = null;
      const watch = () => {
        clearTimeout(stall);
        stall = setTimeout(() => xhr.abort(), STALLED);
      };
      xhr.open("POST", job.url);
      xhr.setRequestHeader("Content-Type", blob.type || "application/octet-stream");
      xhr.setRequestHeader("X-CSRFToken", csrf());
      xhr.setRequestHeader("X-File-Name", encodeURIComponent(job.file.name));
      xhr.setRequestHeader("Accept", "text/html");
      xhr.upload.onprogress = (event) => {
        watch();
        progress(job, event.loaded / event.total);
      };
      xhr.onloadend = () => {
        clearTimeout(stall);
        resolve(xhr);
      };
      watch();
      job.xhr = xhr;
      xhr.send(blob);
    });
  }

  function progress(job, part) {
    // The last bit belongs to the server, which has yet to look at the file.
    const shown = Math.round(part * 94);
    job.tile.querySelector(".ring__done")?.setAttribute("stroke-dasharray", `${shown} 100`);
    const bar = job.tile.querySelector("progress");
    if (bar) bar.value = shown / 100;
    job.tile.classList.toggle("snap--looking", part === 1);
  }

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  function online() {
    if (navigator.onLine) return Promise.resolve();
    return new Promise((resolve) => addEventListener("online", resolve, { once: true }));
  }

  function sentence(xhr) {
    try {
      const { error } = JSON.parse(xhr.responseText);
      if (error) return error;
    } catch {
      // not from our own route
    }
    if (xhr.status === 413) return say("too-large", {}, photos);
    if (xhr.status === 401) return say("signed-out", {}, form);
    return say("failed", {}, xhr.status ? document.body : photos);
  }

  async function send(job) {
    const blob = await smaller(job);
    for (let turn = 0, busy = 0; job.state === "sending"; ) {
      const xhr = await request(job, blob);
      if (job.state !== "sending") return;
      if (xhr.status === 201) return done(job, xhr.responseText);
      progress(job, 0);
      if (xhr.status === 503 && busy++ < 40) await pause(1000 * Math.min(15, Number(xhr.getResponseHeader("Retry-After")) || 2));
      else if (xhr.status === 0 && ++turn < TRIES) await pause(WAITS[turn - 1]).then(online);
      else return fail(job, sentence(xhr));
    }
  }

  function done(job, html) {
    const tile = element(html);
    const canvas = job.tile.querySelector("canvas");
    const image = tile.querySelector("img");
    if (canvas && image) {
      image.before(canvas); // stays until the server's own picture is there
      const away = () => canvas.remove();
      image.addEventListener("load", away, { once: true });
      image.addEventListener("error", away, { once: true });
    }
    job.tile.replaceWith(tile);
    jobs.delete(job);
    arrived += 1;
  }

  function fail(job, reason) {
    job.state = "failed";
    job.tile.classList.remove("snap--sending", "snap--looking");
    job.tile.classList.add("snap--failed");
    job.tile.querySelector("[data-reason]").textContent = reason.includes(job.file.name) ? reason : `${job.file.name}: ${reason}`;
    job.tile.querySelector(".snap__failed").hidden = false;
  }

  /* All of them */

  const open = () => [...jobs].filter((job) => job.state !== "failed");

  function pump() {
    for (const job of jobs) {
      if (sending >= AT_ONCE) break;
      if (job.state !== "waiting") continue;
      job.state = "sending";
      job.tile.classList.add("snap--sending");
      sending += 1;
      send(job)
        .catch(() => fail(job, say("failed")))
        .finally(() => {
          sending -= 1;
          pump();
        });
    }
    tell();
  }

  function tell() {
    const left = open().length;
    const failed = jobs.size - left;
    const count = arrived + jobs.size;
    if (left) status.textContent = say("busy", { done: arrived, count }, photos);
    else if (arrived) {
      status.textContent = failed ? say("busy", { done: arrived, count }, photos) : say("done", {}, photos);
      if (several) window.plein.saveOrder(); // two at a time: the small ones arrive first
      several = false;
      arrived = 0;
    }
    form.dispatchEvent(new CustomEvent("uploads", { detail: { left, failed, done: count - left - failed, count } }));
  }

  function add(file, where) {
    const template = document.getElementById(where.waiting);
    const tile = template.content.firstElementChild.cloneNode(true);
    tile.querySelector(".snap__name, .paper__name").textContent = file.name;
    where.list.append(tile);
    const job = { file, tile, url: where.url, state: "waiting", xhr: null };
    tile.querySelector("[data-again]").addEventListener("click", () => again(job));
    tile.querySelector("[data-away]").addEventListener("click", () => {
      jobs.delete(job);
      tile.remove();
      tell();
    });
    jobs.add(job);
  }

  function again(job) {
    job.state = "waiting";
    job.tile.classList.remove("snap--failed");
    job.tile.querySelector(".snap__failed").hidden = true;
    pump();
  }

  function addAll(files, where) {
    const room = Math.max(0, (where.most ?? Infinity) - where.list.children.length);
    const taken = [...files].slice(0, room);
    if (files.length > taken.length) {
      toast(say("full", { most: where.most, left: files.length - taken.length }, photos), "error");
    }
    taken.forEach((file) => add(file, where));
    several ||= jobs.size > 1;
    pump();
  }

  function place(part, list, waiting, most) {
    const where = { list: document.getElementById(list), waiting, url: part.dataset.url, most };
    const input = part.querySelector('input[type="file"]');
    input.closest(".picker").classList.add("picker--live");
    input.addEventListener("change", () => {
      addAll([...input.files], where);
      input.value = ""; // they are on their way; the form must not carry them too
    });
    part.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      part.classList.add("drop");
    });
    part.addEventListener("dragleave", () => part.classList.remove("drop"));
    part.addEventListener("drop", (event) => {
      part.classList.remove("drop");
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      addAll([...event.dataTransfer.files], where);
    });
  }

  place(photos, "snaps", "waiting-photo", Number(photos.dataset.most));
  place(document.getElementById("documents-part"), "papers", "waiting-document");

  window.plein.uploads = { left: () => open().length, failed: () => jobs.size - open().length };
})();
