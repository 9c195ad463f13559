// What was pressed is kept in this phone until the commune's box answered. Written for browsers of 2018 and later.
"use strict";

var DT = window.DT || {};
window.DT = DT;

(function () {
  const QUEUE = "dt-queue";
  const NOW = "dt-now";
  const MOST_KEPT = 60;
  const MOST_SHOWN = 30; // of what was sent
  const DEADLINE_MS = 15000;
  const memory = {};
  DT.keeps = true; // false: this browser forgets everything when the page closes

  /** The sentence in the visitor's language; what the catalogue lacks stays Vietnamese (as texts.js, for old browsers). */
  DT.t = function (text, values) {
    const said = (window.DT_TEXTS || {})[text] || text;
    return said.replace(/%\((\w+)\)s/g, (whole, name) => (values && values[name] !== undefined ? values[name] : whole));
  };

  function read(name) {
    try {
      return JSON.parse(localStorage.getItem(name) || "null");
    } catch (error) {
      return memory[name] || null;
    }
  }

  function write(name, value) {
    memory[name] = value;
    try {
      localStorage.setItem(name, JSON.stringify(value));
    } catch (error) {
      DT.keeps = false;
    }
  }

  DT.queue = () => (DT.keeps ? read(QUEUE) : memory[QUEUE]) || [];

  /** False when the phone holds too much already. Every change is written at once. */
  DT.keep = function (item) {
    const all = DT.queue();
    const open = all.filter((one) => one.state !== "sent");
    if (open.length >= MOST_KEPT) return false;
    const sent = all.filter((one) => one.state === "sent");
    write(QUEUE, sent.slice(Math.max(0, sent.length - MOST_SHOWN)).concat(open, [item]));
    return true;
  };

  DT.mark = function (id, change) {
    write(QUEUE, DT.queue().map((one) => (one.id === id ? Object.assign({}, one, change) : one)));
  };

  DT.drop = function (id) {
    write(QUEUE, DT.queue().filter((one) => one.id !== id));
    DT.dropPhoto(id);
  };

  /** The newest picture of the commune's state, for when there is no link; never the secret of the session. */
  DT.saveNow = function (now) {
    write(NOW, now ? Object.assign({}, now, { csrf: "" }) : null);
  };
  DT.savedNow = () => read(NOW);

  DT.uuid = function () {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes).map((byte) => (byte < 16 ? "0" : "") + byte.toString(16)).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  };

  /** Calls done(status, value); status 0: nobody answered. */
  DT.request = function (method, path, body, csrf, done) {
    const call = new XMLHttpRequest();
    call.open(method, path);
    call.timeout = path === "/api/phone/photos" ? 3 * DEADLINE_MS : DEADLINE_MS;
    call.setRequestHeader("Accept", "application/json");
    if (method === "POST") call.setRequestHeader("X-CSRF", csrf);
    const raw = body instanceof Blob;
    if (body && !raw) call.setRequestHeader("Content-Type", "application/json");
    if (raw) call.setRequestHeader("Content-Type", "application/octet-stream");
    call.onload = function () {
      let value = {};
      try {
        value = JSON.parse(call.responseText);
      } catch (error) {
        return done(0, {}); // a hotel's log-in page, or half an answer: not our box
      }
      done(call.status, value);
    };
    call.onerror = call.ontimeout = () => done(0, {});
    call.send(raw ? body : body ? JSON.stringify(body) : null);
  };

  const photos = {}; // for browsers without IndexedDB

  function withStore(mode, use, fail) {
    let opening;
    try {
      opening = indexedDB.open("dt", 1);
    } catch (error) {
      return fail();
    }
    opening.onupgradeneeded = () => opening.result.createObjectStore("photos");
    opening.onerror = fail;
    opening.onsuccess = function () {
      const base = opening.result;
      const work = base.transaction("photos", mode);
      work.onabort = work.onerror = fail;
      use(work.objectStore("photos"), work);
      work.addEventListener("complete", () => base.close());
    };
  }

  /** Keeps the bytes of a photo; done(kept): false means that they are lost when the page closes. */
  DT.keepPhoto = function (id, blob, done) {
    photos[id] = blob;
    withStore("readwrite", function (store, work) {
      store.put(blob, id);
      work.oncomplete = () => done(true);
    }, () => done(false));
  };

  DT.photo = function (id, done) {
    if (photos[id]) return done(photos[id]);
    withStore("readonly", function (store) {
      const got = store.get(id);
      got.onsuccess = () => done(got.result || null);
    }, () => done(null));
  };

  DT.dropPhoto = function (id) {
    delete photos[id];
    withStore("readwrite", (store) => store.delete(id), () => {});
  };
})();
