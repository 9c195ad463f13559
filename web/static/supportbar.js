// Remote support while it is open: what everybody in the room must see, and the button that ends it.

import { momentWords } from "./ages.js";
import { doing, post, toast } from "./ask.js";
import { el, icon } from "./elements.js";
import { t } from "./texts.js";

const CLOSE_MS = 20_000;
const WAY = { starting: t("đang mở đường"), connecting: t("đang nối ra tỉnh"), up: t("đã nối, chưa có ai vào"), waiting: t("chưa nối được") };

/** The button: one press, no question. */
export function closing(attributes) {
  return doing(t("Đóng ngay"), attributes, async () => {
    await post("/api/support/close", {}, AbortSignal.timeout(CLOSE_MS));
    toast(t("Đã đóng hỗ trợ từ xa."));
  });
}

/** How the way stands, in words. */
export function standing(support) {
  if (support.sessions > 0) return t("%(n)s người đang ở trong máy", { n: support.sessions });
  return [WAY[support.state] ?? support.state, support.state === "waiting" ? support.detail : ""].filter(Boolean).join(": ");
}

/** "đến 14:30 29/11 · Chị Hoa: xem giúp loa thôn Đông". */
export function openedWords(support) {
  return t("đến %(until)s · %(by)s: %(reason)s", { until: momentWords(support.until_ms), by: support.by, reason: support.reason });
}

/** A band of a page behind the login. */
export function supportBand(support, may) {
  return el("div", { class: "ask-band", role: "status" }, icon("link"),
    el("p", {}, el("strong", {}, t("HỖ TRỢ TỪ XA ĐANG MỞ")), ` ${openedWords(support)} · ${standing(support)}`),
    el("div", { class: "ask-buttons" }, closing({ class: "secondary", disabled: !may("CloseSupport") })));
}
