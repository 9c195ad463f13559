// Brings a file to the box slice by slice: a thin line loses a slice, not the file.

import { csrf, uuid } from "./ask.js";
import { t } from "./texts.js";

const SLICE = 192 * 1024;
const DEADLINE_MS = 30000;
const TRIES = 3;
export const MOST_BYTES = 50 * 1024 * 1024;

/** Sends `blob` to the spool at `to`; resolves to its id. `told(share)` hears how much is there. Fails with a sentence. */
export async function bring(blob, told = () => {}, to = "/api/spool") {
  if (blob.size === 0) throw new Error(t("Tệp này trống."));
  if (blob.size > MOST_BYTES) throw new Error(t("Tệp nặng %(size)s MB, tối đa %(MOST_BYTES)s MB.", { size: Math.ceil(blob.size / 1e6), MOST_BYTES: MOST_BYTES / 1024 / 1024 }));
  const id = uuid();
  for (let at = 0; at < blob.size; at += SLICE) {
    await slice(to, id, at, blob.slice(at, at + SLICE));
    told(Math.min(1, (at + SLICE) / blob.size));
  }
  return id;
}

async function slice(to, id, at, body, tries = TRIES) {
  try {
    return await send(to, id, at, body);
  } catch (error) {
    if (tries <= 1 || error.final) throw error;
    return slice(to, id, at, body, tries - 1);
  }
}

async function send(to, id, at, body) {
  const headers = { "Content-Type": "application/octet-stream", "X-CSRF": csrf };
  const wish = { method: "POST", headers, body, signal: AbortSignal.timeout(DEADLINE_MS) };
  const answer = await fetch(`${to}?id=${id}&at=${at}`, wish).catch(() => null);
  if (answer === null) throw new Error(t("Không nối được với máy chủ: tệp chưa tải lên hết."));
  if (answer.ok) return;
  const { loi } = await answer.json().catch(() => ({}));
  throw Object.assign(new Error(loi ?? t("Máy chủ báo lỗi %(status)s.", { status: answer.status })), { final: answer.status < 500 && answer.status !== 429 });
}
