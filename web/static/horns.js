// The horns: what each does now, and how its last order ended, with the evidence.

import { ago } from "./ages.js";
import { el, icon, keyed } from "./elements.js";
import { t } from "./texts.js";
import { HORN, number, OUTCOME } from "./words.js";

const GOOD = new Set(["PLAYED"]);
const MANY = 5; // more than so many are drawn smaller on the wall

/** Shows the horns of `mirror` in `parent`; `action(horn)` draws a button for the panel, or is null. */
export function showHorns(parent, mirror, action = null) {
  const list = el("ul", { class: "horns" });
  parent.replaceChildren(list);
  mirror.on("horns commune", () => {
    const hamlets = new Map((mirror.get("commune")?.hamlets ?? []).map((hamlet) => [hamlet.id, hamlet.name]));
    const horns = (mirror.get("horns") ?? []).map((horn) => ({ ...horn, place: hamlets.get(horn.hamlet) ?? horn.hamlet }));
    list.classList.toggle("many", horns.length > MANY);
    keyed(list, horns, (horn) => hornCard(horn, action));
  });
}

function hornCard(horn, action) {
  const state = horn.online ? horn.state : "offline";
  return el("li", { class: `horn horn-${state}`, "data-horn": horn.id },
    el("div", { class: "horn-mark" }, icon(horn.online ? "horn" : "horn-off")),
    el("div", { class: "horn-body" },
      el("p", { class: "horn-name" }, el("strong", {}, horn.name), horn.name === horn.place ? null : el("span", { class: "muted" }, horn.place)),
      el("p", { class: "horn-state" }, HORN[state] ?? state, warnings(horn)),
      horn.online ? lastOrder(horn.last) : lastSeen(horn)),
    action ? action(horn) : null);
}

function lastSeen(horn) {
  return el("p", { class: "horn-last muted" }, horn.seen_at_ms ? [`${t("thấy lần cuối")} `, ago(horn.seen_at_ms)] : t("chưa thấy lần nào"));
}

function warnings(horn) {
  const list = [];
  if (horn.amp_on && horn.state === "idle") list.push(t("tăng âm đang bật"));
  if (horn.clock === "floor") list.push(t("không biết giờ"));
  if (horn.batt_v !== null && horn.batt_v !== undefined && horn.batt_v < 11.5) list.push(t("ắc quy %(batt_v)s V", { batt_v: number(horn.batt_v, 1) }));
  return list.map((words) => el("span", { class: "warn" }, ` · ${words}`));
}

function lastOrder(last) {
  if (!last) return el("p", { class: "horn-last muted" }, t("Chưa phát lần nào"));
  const good = GOOD.has(last.outcome);
  const evidence = [
    last.rms_db === null || last.rms_db === undefined ? null : `${number(last.rms_db, 0)} dB`,
    last.amp_ma === null || last.amp_ma === undefined ? null : `${number(last.amp_ma / 1000, 1)} A`,
  ].filter(Boolean).join(", ");
  return el("p", { class: `horn-last ${good ? "ok" : "bad"}` },
    icon(good ? "check" : "cross"), el("span", {}, OUTCOME[last.outcome] ?? last.outcome),
    good || !last.reason ? null : el("span", {}, `: ${last.reason}`),
    el("span", { class: "muted evidence" }, evidence ? ` · ${evidence}` : "", " · ", ago(last.at_ms)));
}
