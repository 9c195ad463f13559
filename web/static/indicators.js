// The page of indicators: tiles by group, one of them in detail, and what people bring.

import { serverNow, setServerTime, startTicking } from "./ages.js";
import { get } from "./ask.js";
import { el, icon, keyed, replace } from "./elements.js";
import { sparkline } from "./indicatorchart.js";
import { closeDetail, openDetail, redrawDetail } from "./indicatordetail.js";
import { listenForTables } from "./indicatortable.js";
import { ageWords, progress, standWords, targetWords, wholeOf } from "./indicatorwords.js";
import { t } from "./texts.js";
import { number } from "./words.js";

const LOOK_MS = 60000;
const byId = (id) => document.getElementById(id);
const place = byId("ind-groups");

function draw(tiles) {
  const names = [...new Set(tiles.map(({ group }) => group))];
  keyed(place, names.map((name) => ({ id: name, tiles: tiles.filter(({ group }) => group === name), day: Math.floor(serverNow() / 3600000) })), drawGroup);
  place.removeAttribute("aria-busy");
  const count = (state) => tiles.filter(({ stands }) => stands === state).length;
  replace(byId("ind-sum"), t("%(met)s đạt mục tiêu, %(short)s chưa đạt, %(old)s số liệu cũ hoặc chưa có", {
    met: count("met"), short: count("short"), old: count("old") + count("never"),
  }));
}

function drawGroup({ id, tiles }) {
  const node = el("section", { class: "ind-group" }, id ? el("h2", {}, id) : null, el("ul", { class: "ind-tiles" }, tiles.map(drawTile)));
  node.style.setProperty("--wide", Math.min(4, tiles.length));
  node.style.setProperty("--middle", Math.min(2, tiles.length));
  return node;
}

function drawTile(tile) {
  const [name, words] = standWords(tile);
  return el("li", {}, el("a", { class: `ind-tile stands-${tile.stands}`, href: `#${tile.id}` },
    el("span", { class: "ind-name" }, tile.name),
    el("span", { class: "ind-value" }, tile.words || "–", tile.share_pct === null ? null : el("small", {}, ` ${number(tile.share_pct, 1)} %`)),
    bar(tile),
    el("span", { class: "ind-line" }, el("span", { class: "ind-stand" }, icon(name), words), sparkline(tile)),
    el("span", { class: "ind-foot" }, [targetWords(tile), ageWords(tile, serverNow())].filter(Boolean).join(" · ")),
    tile.source ? el("span", { class: "ind-foot" }, t("Nguồn: %(source)s", { source: tile.source })) : null));
}

function bar(tile) {
  const share = progress(tile);
  if (share === null) return null;
  const whole = wholeOf(tile);
  const goal = tile.target !== null && whole ? Math.min(1, tile.target / whole) : null;
  const node = el("span", { class: "ind-bar", "aria-hidden": "true" }, el("span", { class: "ind-done" }), goal !== null && goal < 1 ? el("span", { class: "ind-goal" }) : null);
  node.style.setProperty("--done", share);
  if (goal !== null) node.style.setProperty("--goal", goal);
  return node;
}

export async function look() {
  try {
    const { at_ms: at, indicators } = await get("/api/indicators");
    setServerTime(at);
    draw(indicators);
  } catch (error) {
    byId("dead").hidden = false;
    byId("dead-words").textContent = `${error.message} ${t("Số trên trang có thể đã cũ.")}`;
    return;
  }
  byId("dead").hidden = true;
}

function follow() {
  const id = decodeURIComponent(location.hash.slice(1));
  if (/^[a-z0-9-]+$/.test(id)) openDetail(id);
  else closeDetail();
}

addEventListener("hashchange", follow);
addEventListener("indicators-changed", look);
new ResizeObserver(() => redrawDetail()).observe(byId("ind-detail"));
listenForTables();
startTicking();
if (place.hasAttribute("aria-busy")) {
  look();
  setInterval(look, LOOK_MS);
  follow();
}
