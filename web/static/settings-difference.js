// What would change, setting by setting, and the lines of the file behind it.

import { el } from "./elements.js";
import { t } from "./texts.js";

/** The nodes that show a preview: `{changes, lines}`. */
export function differenceOf(found) {
  return [
    el("table", { class: "table" },
      el("thead", {}, el("tr", {}, [t("Thiết lập"), t("Trước"), t("Sau")].map((words) => el("th", { scope: "col" }, words)))),
      el("tbody", {}, found.changes.map(line))),
    el("details", {}, el("summary", {}, t("Các dòng của tệp cấu hình")),
      el("pre", { class: "setting-lines", tabindex: "0" }, found.lines.map((one) => el("span", { class: one.startsWith("-") ? "minus" : "plus" }, `${one}\n`)))),
  ];
}

function line(change) {
  return el("tr", {},
    el("td", {}, change.where, change.name ? el("br") : null, change.name ? el("small", { class: "muted" }, `${change.label} `, el("code", {}, change.name)) : null),
    el("td", { class: "setting-before" }, change.before ?? t("không có")),
    el("td", { class: "setting-after" }, change.after ?? t("bỏ đi")));
}
