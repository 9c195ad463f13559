// The technician's page: services, cameras, phones, uplink and gauges, in rows.

import { ago, lasting } from "./ages.js";
import { el, icon, keyed, replace } from "./elements.js";
import { hostCount, hostRows } from "./network.js";
import { RiverPlot } from "./riverplot.js";
import { t } from "./texts.js";
import { CAMERA, number, SERVICE, serviceName, UPLINK, waitWords } from "./words.js";

const SERVICE_MARKS = { up: "check", starting: "clock", off: "steady" };
const byId = (id) => document.getElementById(id);

/** Shows them all. */
export function showSystem(mirror) {
  mirror.on("services", () => replace(byId("services"), (mirror.get("services") ?? []).map(service)));
  mirror.on("cameras", () => replace(byId("cameras"), (mirror.get("cameras") ?? []).map(camera)));
  mirror.on("phones uplink", () => replace(byId("links"), links(mirror)));
  mirror.on("hosts commune", () => network(mirror));
  mirror.on("gauges flood", () => rivers(mirror.get("gauges") ?? [], mirror.get("flood")?.outlooks ?? []));
}

function network(mirror) {
  const hosts = mirror.get("hosts") ?? [];
  byId("hosts-sheet").hidden = hosts.length === 0;
  byId("host-count").textContent = hostCount(hosts);
  replace(byId("hosts"), hostRows(hosts, mirror.get("commune")));
}

function row(mark, kind, name, words, detail) {
  return el("li", { class: "row" }, el("span", { class: kind }, icon(mark)),
    el("div", {}, el("p", {}, el("strong", {}, name), " ", words), detail ? el("p", { class: "muted" }, detail) : null));
}

function service({ name, state, detail, since_ms: since, restarts }) {
  const kind = state === "up" ? "ok" : state === "off" ? "muted" : state === "starting" ? "warn" : "bad";
  const again = restarts > 0 ? [` · ${t("đã khởi động lại %(restarts)s lần", { restarts })}`] : [];
  return row(SERVICE_MARKS[state] ?? "cross", kind, serviceName(name),
    el("span", { class: kind }, SERVICE[state] ?? state, " ", since ? lasting(since) : "", again), detail);
}

function camera({ name, state, detail, codec, fps, width, height, kbit_s: rate, changed_at_ms: since, reconnects }) {
  const good = state === "online";
  const figures = t("%(codec)s %(width)s×%(height)s · %(fps)s hình/giây · %(rate)s kbit/s", { codec, width, height, fps: number(fps, 0), rate: number(rate, 0) });
  const again = reconnects > 0 ? ` · ${t("nối lại %(reconnects)s lần", { reconnects })}` : "";
  return row(good ? "camera" : "camera-off", good ? "ok" : "bad", name,
    el("span", { class: good ? "ok" : "bad" }, CAMERA[state] ?? state, " ", since ? lasting(since) : ""), (good ? figures : detail) + again);
}

const WORKS = { true: t("dự phòng, thông"), false: t("không thông"), null: t("chưa thử") };
const wayClass = (way) => (way.works === false ? "bad" : way.saver === "none" ? "ok" : "warn");

function links(mirror) {
  const rows = (mirror.get("phones") ?? []).map((phone) => row("phone", phone.ok ? "ok" : "bad", phone.modem,
    el("span", { class: phone.ok ? "ok" : "bad" }, phone.ok ? t("nhắn tin được") : t("không nhắn được")),
    `${phone.detail ? `${phone.detail} · ` : ""}${t("đã gửi %(sent)s · đang chờ %(waiting)s · hỏng %(failed)s", { sent: phone.sent, waiting: phone.waiting, failed: phone.failed })}`));
  const uplink = mirror.get("uplink");
  if (!uplink) return rows;
  const up = uplink.state === "up";
  const last = uplink.last_ok_ms ? el("span", {}, `${t("thông lần cuối")} `, ago(uplink.last_ok_ms), ` · ${t("còn %(backlog)s tin chờ gửi · đã gửi %(sent)s", { backlog: uplink.backlog, sent: uplink.sent })}`) : uplink.detail;
  const ways = (uplink.ways ?? []).map((way) => row(way.works === false ? "link-off" : "link", wayClass(way), way.name,
    el("span", { class: wayClass(way) }, way.used ? t("đang dùng") : WORKS[way.works]),
    [t("tháng này %(month_bytes)s MB", { month_bytes: number(way.month_bytes / 1e6, 1) }), way.budget_bytes ? `${number(way.budget_bytes / 1e6, 0)} MB` : ""].filter(Boolean).join(" / ")));
  return [...rows, row(up ? "link" : "link-off", up ? "ok" : "bad", t("Tỉnh"),
    el("span", { class: up ? "ok" : "bad" }, UPLINK[uplink.state] ?? uplink.state), el("span", {}, last, waitWords(uplink))), ...ways];
}

const plots = new Map();

function rivers(gauges, outlooks) {
  byId("river-sheet").hidden = gauges.length === 0;
  keyed(byId("rivers"), gauges.map(({ id, name, value, unit, at_ms: at }) => ({ id, name, value, unit, at })), riverFigure);
  for (const gauge of gauges) plots.get(gauge.id).update(gauge, outlooks.find((one) => one.station === gauge.id));
}

function riverFigure({ id, name, value, unit, at }) {
  if (!plots.has(id)) plots.set(id, new RiverPlot());
  return el("figure", { class: "river-figure" },
    el("figcaption", {}, el("strong", {}, name), ` ${t("%(value)s %(unit)s, đo", { value: number(value), unit })} `, ago(at)), plots.get(id).node);
}
