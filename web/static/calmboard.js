// What the duty officer sees while nothing happens: that the eyes, the voice and the lines to others are there.

import { el, icon, replace } from "./elements.js";
import { deadHosts, hostCount } from "./network.js";
import { t } from "./texts.js";
import { LEVEL, number, UPLINK } from "./words.js";

const SECTIONS = "incidents cameras horns gauges phones uplink power hosts services";

/** Keeps the board in `parent`: a tile for each subject, shown while there is no incident. */
export function showCalmBoard(parent, mirror) {
  const list = el("ul", { class: "calmboard", "aria-label": t("Tình trạng chung") });
  parent.append(list);
  mirror.on(SECTIONS, () => {
    list.hidden = (mirror.get("incidents") ?? []).length > 0;
    const subjects = [cameras, horns, water, phones, uplink, power, network];
    replace(list, subjects.flatMap((subject) => subject(mirror)).map(tile));
  });
}

function tile({ mark, title, words, kind, path }) {
  return el("li", {}, el("a", { href: path, class: `calm-tile ${kind}` }, icon(mark), el("span", {}, el("strong", {}, title), el("span", { class: "calm-words" }, words))));
}

function share(rows, good, { mark, title, path, short }) {
  if (rows.length === 0) return [];
  const well = rows.filter(good);
  const ill = rows.filter((row) => !good(row)).map((row) => row.name);
  const words = ill.length === 0 ? t("tất cả hoạt động") : `${short}: ${ill.slice(0, 3).join(", ")}${ill.length > 3 ? "…" : ""}`;
  return [{ mark, title: `${title} ${well.length}/${rows.length}`, words, kind: ill.length === 0 ? "ok" : "bad", path }];
}

function cameras(mirror) {
  return share(mirror.get("cameras") ?? [], (one) => one.state === "online" && !one.trouble, { mark: "camera", title: t("Camera"), path: "/cameras", short: t("có vấn đề") });
}

function horns(mirror) {
  return share(mirror.get("horns") ?? [], (one) => one.online, { mark: "horn", title: t("Loa"), path: "/panel#loa", short: t("mất liên lạc") });
}

function water(mirror) {
  return (mirror.get("gauges") ?? []).map(({ name, value, unit, level, quality, bao_dong_m: levels }) => {
    const sure = value !== null && quality === "good";
    const words = value === null ? t("Chưa có số đo") : !sure ? t("Số đo đáng ngờ") : `${number(value)} ${unit}${levels ? ` · ${LEVEL[level]}` : ""}`;
    return { mark: "river", title: name, words, kind: !sure || level > 0 ? "warn" : "ok", path: "/river" };
  });
}

function phones(mirror) {
  const all = mirror.get("phones") ?? [];
  if (all.length === 0) return [];
  const well = all.some((phone) => phone.ok);
  return [{ mark: "phone", title: well ? t("Nhắn tin được") : t("KHÔNG nhắn được"), words: t("đã gửi %(sent)s", { sent: all[0].sent }), kind: well ? "ok" : "bad", path: "/panel#he-thong" }];
}

function uplink(mirror) {
  const found = mirror.get("uplink");
  if (!found || found.state === "off") return [];
  const words = found.backlog > 0 ? t("%(backlog)s tin chờ gửi", { backlog: found.backlog }) : t("đã gửi hết");
  return [{ mark: found.state === "up" ? "link" : "link-off", title: UPLINK[found.state] ?? found.state, words, kind: found.state === "up" ? "ok" : "bad", path: "/panel#he-thong" }];
}

function power(mirror) {
  const found = mirror.get("power");
  if (!found) return [];
  const charge = found.charge_pct === null ? t("chưa rõ ắc quy") : t("ắc quy %(charge_pct)s %", { charge_pct: number(found.charge_pct, 0) });
  return [{ mark: "power", title: found.mains === false ? t("Chạy ắc quy") : found.mains ? t("Có điện lưới") : t("Chưa rõ điện lưới"), words: charge, kind: found.mains ? "ok" : "bad", path: "/panel#he-thong" }];
}

function network(mirror) {
  const hosts = mirror.get("hosts") ?? [];
  if (hosts.length === 0) return [];
  const dead = deadHosts(hosts);
  return [{ mark: "screen", title: `${t("Máy trong mạng")} ${hostCount(hosts)}`, words: dead ? dead.names || dead.title : t("tất cả trả lời"), kind: dead ? "warn" : "ok", path: "/panel#he-thong" }];
}
