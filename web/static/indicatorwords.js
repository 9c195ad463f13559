// What the page and the wall say about an indicator: how it stands, of which day it is, from whom it came.

import { spanWords } from "./ages.js";
import { number } from "./words.js";
import { t } from "./texts.js";

// Vietnamese papers write 31/10/2026; browsers' own "vi-VN" writes 31-10 and 31/10/2026 by turns.
const DAY = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", year: "numeric" });

/** "31/10/2026". */
export const dayOf = (ms) => DAY.format(ms);

/** Icon and words for `stands` of a tile. */
export function standWords({ stands, better }) {
  return {
    met: ["check", t("Đạt mục tiêu")],
    short: ["moderate", better === "less" ? t("Vượt mức cho phép") : t("Chưa đạt")],
    old: ["clock", t("Số liệu đã cũ")],
    never: ["link-off", t("Chưa có số liệu")],
    open: ["steady", t("Không đặt mục tiêu")],
  }[stands];
}

/** "Mục tiêu 1.904 hộ (90 %)"; empty where there is none. */
export function targetWords({ target, target_pct: share, unit, digits, better }) {
  if (target === null) return "";
  const figure = `${number(target, digits)} ${unit}`.trim();
  const pct = share === null ? "" : ` (${number(share, share % 1 ? 1 : 0)} %)`;
  return better === "less" ? t("Không quá %(figure)s", { figure: figure + pct }) : t("Mục tiêu %(figure)s", { figure: figure + pct });
}

/** "Số liệu đến 31/10/2026, đã 40 ngày"; a fresh one without its age. */
export function ageWords({ at_ms: at, stands }, now) {
  if (at === null) return "";
  const day = dayOf(at);
  return stands === "old" ? t("Số liệu đến %(day)s, đã %(age)s", { day, age: spanWords(now - at) }) : t("Số liệu đến %(day)s", { day });
}

/** Who brought a value. */
export function originWords({ origin, by }) {
  return {
    typed: by ? t("%(who)s nhập tay", { who: by }) : t("nhập tay"),
    imported: by ? t("%(who)s nhập từ tệp", { who: by }) : t("nhập từ tệp"),
    asked: t("lấy tự động"),
    box: t("hộp tự đếm"),
  }[origin];
}

/** What a full bar stands for. */
export const wholeOf = ({ total, target, unit }) => total ?? (unit === "%" ? 100 : target);

/** How much of the way to the target is done, 0 to 1; null where nothing says how far the way is. */
export function progress({ value, better, stands, ...tile }) {
  if (value === null || better === "less" || stands === "never") return null;
  const whole = wholeOf(tile);
  return whole ? Math.max(0, Math.min(1, value / whole)) : null;
}
