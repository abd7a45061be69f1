// Lets the page open while edge-lip is away: files come from it whenever it is there, and are kept
// for when it is not. Nothing that was said is among them. Its address has the page's query.
"use strict";

const KEPT = "edge-lip-speak";
const FILES = ["/speak", "/speak.webmanifest", "/page.css", "/speak.css", "/link.js", "/scan.js", "/speak.js", "/icon.svg"];

// The page was there before its worker: what it has got is got again, once, to be kept.
async function keepAll() {
  const cache = await caches.open(KEPT);
  for (const path of FILES) {
    const answer = await fetch(path + location.search);
    if (answer.ok) await cache.put(path, answer);
  }
}

addEventListener("install", (event) => event.waitUntil(keepAll()));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || !FILES.includes(url.pathname)) return;
  event.respondWith((async () => {
    const cache = await caches.open(KEPT);
    try {
      const answer = await fetch(event.request);
      if (answer.ok) await cache.put(url.pathname, answer.clone());
      return answer;
    } catch {
      return (await cache.match(url.pathname)) ?? Response.error();
    }
  })());
});
