// A change that waits for the horns, the restart, and the word that the box is back: no page has to be loaded anew.

import { doing, get, post, toast } from "./ask.js";
import { el, icon, replace } from "./elements.js";
import { t } from "./texts.js";

const LOOK_MS = 1500;
const place = document.getElementById("waiting");
let timer = 0;
let seq = null;

/** Shows what waits (`{seq, why}`, or null) and follows it until the box runs with it. */
export function showWaiting(waiting) {
  clearTimeout(timer);
  if (!waiting && seq === null) return hide();
  if (waiting) {
    seq = waiting.seq;
    say(t("Bản %(seq)s đang chờ áp dụng.", { seq }), waiting.why, doing(t("Không áp dụng nữa"), { class: "quiet" }, cancel));
  }
  timer = setTimeout(follow, LOOK_MS);
}

async function follow() {
  try {
    const found = await get("/api/settings");
    if (found.waiting) return showWaiting(found.waiting);
    toast(t("Hộp đã chạy với cấu hình mới. Sau nửa phút chạy tốt, bản này được giữ."));
    seq = null;
    hide();
    dispatchEvent(new HashChangeEvent("hashchange"));
  } catch {
    say(t("Hộp đang khởi động lại."), t("Loa và trạm ở các thôn vẫn giữ lịch của mình."));
    timer = setTimeout(follow, LOOK_MS);
  }
}

async function cancel() {
  await post("/api/settings/cancel");
  clearTimeout(timer);
  toast(t("Thay đổi không được áp dụng."));
  seq = null;
  hide();
}

function say(strong, words, button = null) {
  place.hidden = false;
  replace(place, icon("clock"), el("span", {}, el("strong", {}, strong), ` ${words}`), button);
}

function hide() {
  place.hidden = true;
}
