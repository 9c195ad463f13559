// The technician's page: services, cameras, phones, uplink and gauges, in rows.

import { ago, lasting } from "./ages.js";
import { el, icon, replace } from "./elements.js";
import { riverChart } from "./river.js";
import { CAMERA, number, SERVICE, serviceName, UPLINK, waitWords } from "./words.js";

const SERVICE_MARKS = { up: "check", starting: "clock", off: "steady" };
const byId = (id) => document.getElementById(id);

/** Shows them all. */
export function showSystem(mirror) {
  mirror.on("services", () => replace(byId("services"), (mirror.get("services") ?? []).map(service)));
  mirror.on("cameras", () => replace(byId("cameras"), (mirror.get("cameras") ?? []).map(camera)));
  mirror.on("phones uplink", () => replace(byId("links"), links(mirror)));
  mirror.on("gauges", () => rivers(mirror.get("gauges") ?? []));
}

function row(mark, kind, name, words, detail) {
  return el("li", { class: "row" }, el("span", { class: kind }, icon(mark)),
    el("div", {}, el("p", {}, el("strong", {}, name), " ", words), detail ? el("p", { class: "muted" }, detail) : null));
}

function service({ name, state, detail, since_ms: since, restarts }) {
  const kind = state === "up" ? "ok" : state === "off" ? "muted" : state === "starting" ? "warn" : "bad";
  const again = restarts > 0 ? [` · đã khởi động lại ${restarts} lần`] : [];
  return row(SERVICE_MARKS[state] ?? "cross", kind, serviceName(name),
    el("span", { class: kind }, SERVICE[state] ?? state, " ", since ? lasting(since) : "", again), detail);
}

function camera({ name, state, detail, codec, fps, width, height, kbit_s: rate, changed_at_ms: since, reconnects }) {
  const good = state === "online";
  const figures = `${codec} ${width}×${height} · ${number(fps, 0)} hình/giây · ${number(rate, 0)} kbit/s`;
  const again = reconnects > 0 ? ` · nối lại ${reconnects} lần` : "";
  return row(good ? "camera" : "camera-off", good ? "ok" : "bad", name,
    el("span", { class: good ? "ok" : "bad" }, CAMERA[state] ?? state, " ", since ? lasting(since) : ""), (good ? figures : detail) + again);
}

const WORKS = { true: "dự phòng, thông", false: "không thông", null: "chưa thử" };
const wayClass = (way) => (way.works === false ? "bad" : way.saver === "none" ? "ok" : "warn");

function links(mirror) {
  const rows = (mirror.get("phones") ?? []).map((phone) => row("phone", phone.ok ? "ok" : "bad", phone.modem,
    el("span", { class: phone.ok ? "ok" : "bad" }, phone.ok ? "nhắn tin được" : "không nhắn được"),
    `${phone.detail ? `${phone.detail} · ` : ""}đã gửi ${phone.sent} · đang chờ ${phone.waiting} · hỏng ${phone.failed}`));
  const uplink = mirror.get("uplink");
  if (!uplink) return rows;
  const up = uplink.state === "up";
  const last = uplink.last_ok_ms ? el("span", {}, "thông lần cuối ", ago(uplink.last_ok_ms), ` · còn ${uplink.backlog} tin chờ gửi · đã gửi ${uplink.sent}`) : uplink.detail;
  const ways = (uplink.ways ?? []).map((way) => row(way.works === false ? "link-off" : "link", wayClass(way), way.name,
    el("span", { class: wayClass(way) }, way.used ? "đang dùng" : WORKS[way.works]),
    `tháng này ${number(way.month_bytes / 1e6, 1)} MB${way.budget_bytes ? ` / ${number(way.budget_bytes / 1e6, 0)} MB` : ""}`));
  return [...rows, row(up ? "link" : "link-off", up ? "ok" : "bad", "Tỉnh",
    el("span", { class: up ? "ok" : "bad" }, UPLINK[uplink.state] ?? uplink.state), el("span", {}, last, waitWords(uplink))), ...ways];
}

function rivers(gauges) {
  byId("river-sheet").hidden = gauges.length === 0;
  replace(byId("rivers"), gauges.map((gauge) => el("figure", { class: "river-figure" },
    el("figcaption", {}, el("strong", {}, gauge.name), ` ${number(gauge.value)} ${gauge.unit}, đo `, ago(gauge.at_ms)), riverChart(gauge))));
}
