// The server's clock, and how old things are by it. The browser's own clock may be years off.

import { el } from "./elements.js";
import { t } from "./texts.js";

const ZONE = "Asia/Ho_Chi_Minh";
const HOUR_MINUTE = new Intl.DateTimeFormat("vi-VN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" });
const WITH_SECONDS = new Intl.DateTimeFormat("vi-VN", {
  timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit",
});
const DAY = new Intl.DateTimeFormat("vi-VN", { timeZone: ZONE, weekday: "long", day: "2-digit", month: "2-digit", year: "numeric" });
const SHORT_DAY = new Intl.DateTimeFormat("vi-VN", { timeZone: ZONE, day: "2-digit", month: "2-digit" });

let offset = Date.now() - performance.now();

/** The server said that it is `atMs` now. */
export function setServerTime(atMs) {
  offset = atMs - performance.now();
}

/** UTC milliseconds by the server's clock. */
export function serverNow() {
  return performance.now() + offset;
}

export const hourMinute = (ms) => HOUR_MINUTE.format(ms);
export const withSeconds = (ms) => WITH_SECONDS.format(ms);
export const dayWords = (ms) => DAY.format(ms);
export const dayMonth = (ms) => SHORT_DAY.format(ms);

const INPUT = new Intl.DateTimeFormat("sv-SE", {
  timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
});

/** What a datetime-local field holds for this moment, and back; "" is null. The browser's own zone does not matter. */
export const toField = (ms) => INPUT.format(ms).replace(" ", "T");
export const fromField = (text) => (text ? Date.parse(`${text}${text.length === 16 ? ":00" : ""}+07:00`) : null);

/** "2026-11-22_14-03-05", for names of files; the day alone is its first ten characters. */
export const dayStamp = (ms) => INPUT.format(ms).replace(" ", "_").replaceAll(":", "-");

/** "14:03", or "14:03 21/11" when that was another day. */
export function momentWords(ms) {
  return dayMonth(ms) === dayMonth(serverNow()) ? hourMinute(ms) : `${hourMinute(ms)} ${dayMonth(ms)}`;
}

/** "12 giây", "3 phút", "2 giờ", "4 ngày". */
export function spanWords(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return t("%(seconds)s giây", { seconds });
  if (seconds < 3600) return t("%(seconds)s phút", { seconds: Math.floor(seconds / 60) });
  if (seconds < 172800) return t("%(seconds)s giờ", { seconds: Math.floor(seconds / 3600) });
  return t("%(seconds)s ngày", { seconds: Math.floor(seconds / 86400) });
}

/** "vừa xong" or "3 phút trước". */
export function agoWords(ms) {
  const age = serverNow() - ms;
  return age < 5000 ? t("vừa xong") : t("%(age)s trước", { age: spanWords(age) });
}

/** An element that always tells how long ago this was. */
export function ago(ms) {
  return el("time", { "data-ago": ms, title: withSeconds(ms) }, agoWords(ms));
}

/** An element that always tells for how long this has lasted. */
export function lasting(ms) {
  return el("time", { "data-lasting": ms, title: withSeconds(ms) }, spanWords(serverNow() - ms));
}

/** Keeps every such element true; `also` is called once a second too. */
export function startTicking(also = () => {}) {
  setInterval(() => {
    tick();
    also();
  }, 1000);
}

function tick() {
  for (const node of document.querySelectorAll("[data-ago]")) write(node, agoWords(Number(node.dataset.ago)));
  for (const node of document.querySelectorAll("[data-lasting]")) {
    write(node, spanWords(serverNow() - Number(node.dataset.lasting)));
  }
}

function write(node, words) {
  if (node.textContent !== words) node.textContent = words;
}
