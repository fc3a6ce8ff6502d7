/* Keeps static files (their address changes with their content) and the offline page. Nothing about a school, a child
   or a person is ever stored: pages, photos and answers always come from the server. */
"use strict";

const CACHE = "plein-1";
const OFFLINE = "/offline";
const STATIC = /^\/static\/[0-9a-f]+\//;
const A_DAY = 24 * 60 * 60 * 1000;

/** Fetches the offline page with the style sheets, script and pictures it names. */
async function stock() {
  const cache = await caches.open(CACHE);
  const page = await fetch(OFFLINE, { cache: "reload", credentials: "omit" });
  if (!page.ok || page.redirected) return;
  const files = new Set((await page.clone().text()).match(/\/static\/[0-9a-f]+\/[^"'\s)#]+/g));
  await cache.put(OFFLINE, page);
  await Promise.allSettled([...files].map(async (file) => (await cache.match(file)) ?? cache.add(file)));
}

/** The offline page holds the school's phone number, which may change. */
async function refresh() {
  const kept = await caches.match(OFFLINE);
  const age = Date.now() - Date.parse(kept?.headers.get("Date") ?? 0);
  if (!(age < A_DAY)) await stock().catch(() => {});
}

async function page(event) {
  try {
    const answer = await fetch(event.request);
    event.waitUntil(refresh());
    return answer;
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

async function file(request, path) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.url);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200) await keep(cache, request.url, path, answer.clone());
  return answer;
}

/** An older version of the same file has had its day. */
async function keep(cache, url, path, answer) {
  const name = path.replace(STATIC, "");
  for (const old of await cache.keys()) {
    const oldPath = new URL(old.url).pathname;
    if (STATIC.test(oldPath) && oldPath.replace(STATIC, "") === name) await cache.delete(old);
  }
  await cache.put(url, answer);
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(stock().catch(() => {}));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name !== CACHE);
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(old(names).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (STATIC.test(url.pathname) && !request.headers.has("Range")) event.respondWith(file(request, url.pathname));
});
