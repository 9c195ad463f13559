// Asks the server, in the name of whoever is logged in, and tells the person how that went.

import { el, icon } from "./elements.js";
import { t } from "./texts.js";

const DEADLINE_MS = 8000;
const TOAST_MS = 6000;
export const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";

/** The server's answer. A failure is an Error with a Vietnamese sentence. */
export async function post(path, body = {}, signal = AbortSignal.timeout(DEADLINE_MS)) {
  const headers = { "Content-Type": "application/json", "X-CSRF": csrf };
  const lost = t("Không nối được với máy chủ. Chưa rõ việc đã làm hay chưa: hãy xem trạng thái rồi bấm lại.");
  return valueOf(await send(path, { method: "POST", headers, body: JSON.stringify(body), signal }, lost));
}

/** What stands at this address now; `query` goes behind it, empty values left out. Fails as `post` does. */
export async function get(path, query = {}, signal = AbortSignal.timeout(DEADLINE_MS)) {
  const given = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const address = given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path;
  return valueOf(await send(address, { signal, headers: { Accept: "application/json" } }, t("Không nối được với máy chủ.")));
}

async function send(path, wish, lost) {
  try {
    return await fetch(path, wish);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(lost);
  }
}

async function valueOf(answer) {
  if (answer.status === 401) location.assign(`/login?next=${location.pathname}`);
  const value = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(value.loi ?? t("Máy chủ báo lỗi %(status)s.", { status: answer.status }));
  return value;
}

/** The secret that a form must carry which is sent without `post`. */
export const csrfField = () => el("input", { type: "hidden", name: "csrf", value: csrf });

/** A random id; `crypto.randomUUID` is missing where the page comes over plain HTTP from another machine. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/** Tells the person in one sentence; "bad" stays until it is closed. */
export function toast(sentence, kind = "ok") {
  const close = el("button", { class: "quiet", "aria-label": t("Đóng"), onclick: () => node.remove() }, icon("cross"));
  const node = el("div", { class: `toast toast-${kind}` }, icon(kind === "ok" ? "check" : "moderate"), el("p", {}, sentence), close);
  document.getElementById("toasts").prepend(node);
  if (kind === "ok") setTimeout(() => node.remove(), TOAST_MS);
}

/** A button that does one thing: it is shut while that runs, and failure is told. */
export function doing(label, attributes, action) {
  const button = el("button", { type: "button", ...attributes }, label);
  button.addEventListener("click", () => run(button, action));
  return button;
}

/** Shuts `button` while `action` runs; a failure becomes a toast. */
export async function run(button, action) {
  button.disabled = true;
  try {
    await action();
  } catch (error) {
    toast(error.message, "bad");
  }
  button.disabled = false;
}
