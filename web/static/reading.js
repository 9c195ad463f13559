// Shows how a text will be spoken: what is spoken otherwise than written, and what nobody can read yet.

import { el, icon, replace } from "./elements.js";
import { t } from "./texts.js";
import { KIND } from "./words.js";

/** Draws the normaliser's answer {source, spans, unread}; places count code points of `source`. */
export function showSpoken(parent, reading) {
  const letters = Array.from(reading.source);
  const marks = [...reading.spans.map((span) => ({ ...span, read: true })), ...reading.unread];
  marks.sort((a, b) => a.start - b.start);
  const parts = [];
  let at = 0;
  for (const mark of marks) {
    parts.push(letters.slice(at, mark.start).join(""), mark.read ? expanded(mark) : unknown(mark));
    at = mark.end;
  }
  replace(parent, [...parts, letters.slice(at).join("")]);
}

/** Draws a line with suggestions for each unread token; `choose(token, words)` is called with the chosen words. */
export function showUnread(parent, reading, choose) {
  replace(parent, reading.unread.map((token) => el("div", { class: "unread", role: "alert" },
    icon("moderate"),
    el("p", {}, `${t("Máy chưa biết đọc")} `, el("mark", {}, token.token), token.suggestions.length > 0 ? t(". Ý bạn là:") : t(". Hãy viết thành chữ.")),
    el("div", { class: "suggestions" }, token.suggestions.map((words) =>
      el("button", { type: "button", onclick: () => choose(token, words) }, words)), toTable(token)))));
}

/** A way to the commune's own table, for letters that may stand in it and people who may write there. */
function toTable({ token }) {
  const may = document.body.dataset.rights?.split(" ").includes("SetAbbreviation");
  const here = location.pathname === "/abbreviations";
  if (!may || here || !/^\p{L}(?:\p{L}|[-/&.](?=\p{L})){0,19}$/u.test(token)) return null;
  return el("a", { class: "to-table", href: `/abbreviations?${new URLSearchParams({ written: token })}` }, t("Thêm vào bảng chữ tắt"));
}

/** The text with this token replaced by words that are read as written. */
export function withWords(reading, token, words) {
  const letters = Array.from(reading.source);
  return [...letters.slice(0, token.start), words, ...letters.slice(token.end)].join("");
}

function expanded(span) {
  const kind = KIND[span.kind] ?? span.kind;
  if (span.spoken === "") return el("del", { title: t("không đọc") }, span.source);
  return el("span", { class: "said", title: kind, "data-source": span.source }, span.spoken);
}

function unknown(token) {
  return el("mark", { class: "unread-token", title: t("chưa đọc được") }, token.token);
}
