// What every page behind the login must show of the station: storm mode, remote support, and questions that only people can answer.

import { momentWords } from "./ages.js";
import { doing, post, toast } from "./ask.js";
import { el, icon, keyed } from "./elements.js";
import { supportBand } from "./supportbar.js";
import { t } from "./texts.js";
import { hamletNames } from "./words.js";

/** Puts the band above the page and keeps it true. */
export function showStationNews(mirror, may) {
  const band = el("div", { class: "station-news", id: "station-news" });
  document.querySelector("main").before(band);
  mirror.on("storm asks commune support", () => draw(band, mirror, may));
}

function draw(band, mirror, may) {
  const storms = (mirror.get("storm") ?? []).map((storm) => ({ id: storm.id, storm }));
  const asks = (mirror.get("asks") ?? []).map((ask) => ({ id: `${ask.first.id}:${ask.second.id}`, ask }));
  const commune = mirror.get("commune");
  const supports = [mirror.get("support")].filter(Boolean).map((support) => ({ id: "support", support }));
  keyed(band, [...asks, ...storms, ...supports], (item) => {
    if (item.support) return supportBand(item.support, may);
    return item.ask ? question(item.ask, may) : stormLine(item.storm, commune);
  });
}

/** "Nhắc 60 phút một lần, 07:00 đến 20:00, tới 18:00 30/11 · Toàn xã". */
export function stormWords(storm, commune) {
  return t("Nhắc %(every_min)s phút một lần, %(from)s đến %(to)s, tới %(until_ms)s", { every_min: storm.every_min, from: storm.from, to: storm.to, until_ms: momentWords(storm.until_ms) })
    + ` · ${t("%(hamlets)s · %(by)s bật", { hamlets: hamletNames(storm.hamlets, commune), by: storm.by })}`;
}

function stormLine(storm, commune) {
  return el("p", { class: "storm-band", role: "status" }, icon("storm"),
    el("span", {}, el("strong", {}, t("CHẾ ĐỘ BÃO")), ` “${storm.title}” `, el("small", {}, stormWords(storm, commune)),
      storm.trouble ? el("strong", { class: "storm-trouble" }, ` ${storm.trouble}`) : null),
    el("a", { href: "/calendar" }, t("Lịch phát")));
}

function question(ask, may) {
  const button = (first, second) => doing(t("“%(title)s” trước", { title: first.title }), { class: "secondary", disabled: !may("OrderUrgent") }, async () => {
    await post("/api/urgent", { first: first.id, second: second.id });
    toast(t("Đã xếp “%(title)s” phát trước.", { title: first.title }));
  });
  const words = ask.sounds ? t("“%(title)s” đang phát.", { title: ask.first.title }) : t("Chưa chọn thì tin đến trước phát trước.");
  return el("div", { class: "ask-band", role: "alert" }, icon("moderate"),
    el("p", {}, el("strong", {}, ask.reason), ` ${words}`),
    el("div", { class: "ask-buttons" }, button(ask.first, ask.second), button(ask.second, ask.first)));
}
