// Keeps the shell in the phone, so that the page opens without a link; shows push messages and opens their incident.
// VERSION and FILES stand above: the server writes them.
"use strict";

const SHELL = "dt-" + VERSION;
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin || FILES.indexOf(pathname) < 0) return;
  event.respondWith(pathname === "/dt/" ? freshOrKept(event.request) : caches.match(event.request).then((kept) => kept || fetch(event.request)));
});

/** The page as it is now; as it was kept when the link is slow, gone, or belongs to somebody else's log-in page. */
function freshOrKept(request) {
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  const fresh = fetch(request).then((answer) => (answer.ok && !answer.redirected ? answer : undefined), () => undefined);
  return Promise.race([fresh, late]).then((answer) => answer || caches.match("/dt/").then((kept) => kept || fresh));
}

self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data.json();
  } catch (error) {
    told = {}; // a message that nobody can read still rings: something is the matter
  }
  const body = String(told.body || told.text || "Có việc mới. Mở để xem."); // kept as written: messages are Vietnamese
  const options = { body, tag: String(told.id || told.tag || "mo-lang"), renotify: true, requireInteraction: told.urgent === true, icon: "/static/phone-192.png", data: { url: String(told.url || "/dt/") } };
  event.waitUntil(self.registration.showNotification(String(told.title || "Mõ Làng"), options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const wanted = new URL(event.notification.data.url, self.location.origin);
  const page = wanted.origin === self.location.origin ? wanted.href : "/dt/"; // no message leads to another site
  event.waitUntil(self.clients.matchAll({ type: "window" }).then((open) => {
    const ours = open.filter((one) => new URL(one.url).pathname === "/dt/")[0];
    return ours && ours.navigate ? ours.navigate(page).then((one) => one && one.focus()) : self.clients.openWindow(page);
  }));
});
