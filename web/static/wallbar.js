// The head of the wall and the bands below it: clock, services, line to the province, phones, power, room, storm, on air.

import { ago, dayWords, lasting, serverNow, spanWords, withSeconds } from "./ages.js";
import { el, icon, replace } from "./elements.js";
import { older } from "./mirror.js";
import { deadHosts } from "./network.js";
import { stormWords } from "./stationnews.js";
import { closing, openedWords, standing } from "./supportbar.js";
import { t } from "./texts.js";
import { CLOCK, hamletNames, length, number, PRIORITY, SERVICE, serviceName, UPLINK, waitWords } from "./words.js";

const SHED = { video: t("tạm ngừng hình trực tiếp"), eyes: t("tạm ngừng nhìn camera") };
const ON_ITS_WAY_MS = 30_000;
const byId = (id) => document.getElementById(id);

/** Draws all of it; returns what is to be called each second. */
export function showBar(mirror, isAlive) {
  mirror.on("services", () => showServices(mirror));
  mirror.on("uplink", () => showUplink(mirror));
  mirror.on("phones", () => showPhones(mirror));
  mirror.on("power", () => showPower(mirror));
  mirror.on("hosts", () => showHosts(mirror));
  mirror.on("room", () => showRoom(mirror));
  mirror.on("on_air talks commune", () => showOnAir(mirror));
  mirror.on("storm commune", () => showStorm(mirror));
  mirror.on("support", () => showSupport(mirror));
  mirror.on("clock", () => showClock(mirror, isAlive()));
  return () => {
    showClock(mirror, isAlive());
    tickOnAir();
  };
}

/** One fact of the station with its mark: ok, warn, bad or muted. */
function fact(place, kind, mark, title, ...words) {
  place.className = `fact ${kind}`;
  place.hidden = false;
  replace(place, icon(mark), el("div", {}, el("strong", {}, title), el("small", {}, ...words)));
}

function showClock(mirror, alive) {
  const clock = mirror.get("clock");
  replace(byId("time"), withSeconds(serverNow()));
  replace(byId("date"), dayWords(serverNow()));
  const trust = clock ? CLOCK[clock.state] : t("chưa có giờ máy chủ");
  byId("trust").className = alive && clock && clock.state !== "floor" ? "ok" : "bad";
  replace(byId("trust"), alive ? trust : t("giờ tự chạy, mất máy chủ"));
}

function showServices(mirror) {
  const services = mirror.get("services") ?? [];
  const sick = services.filter((service) => service.state !== "up" && service.state !== "off");
  const place = byId("services");
  if (services.length === 0) return;
  if (sick.length === 0) return fact(place, "ok", "check", t("Hộp chạy tốt"), t("%(n)s dịch vụ", { n: services.length }));
  const [worst] = sick.toSorted((a, b) => (a.state === "down" ? 0 : 1) - (b.state === "down" ? 0 : 1));
  const more = sick.length > 1 ? t(" và %(n)s dịch vụ khác", { n: sick.length - 1 }) : "";
  fact(place, worst.state === "down" ? "bad" : "warn", "server", `${serviceName(worst.name)} ${SERVICE[worst.state] ?? worst.state}`,
    worst.since_ms ? lasting(worst.since_ms) : "", worst.detail ? ` · ${worst.detail}` : "", more);
}

function showUplink(mirror) {
  const uplink = mirror.get("uplink");
  if (!uplink) return;
  const up = uplink.state === "up";
  const waiting = uplink.backlog > 0 && older(uplink.oldest_ms ?? 0, ON_ITS_WAY_MS); // what was written just now is no backlog yet
  const kind = up ? (waiting ? "warn" : "ok") : uplink.state === "off" ? "muted" : "bad";
  fact(byId("uplink"), kind, up ? "link" : "link-off", UPLINK[uplink.state] ?? uplink.state, ...(uplink.state === "off" ? [] : backlogWords(uplink, up)));
}

function backlogWords(uplink, up) {
  const last = !up && uplink.last_ok_ms ? [` · ${t("thông lần cuối")} `, ago(uplink.last_ok_ms)] : [];
  if (uplink.backlog === 0 || (up && !older(uplink.oldest_ms ?? 0, ON_ITS_WAY_MS))) return [uplink.backlog === 0 ? t("đã gửi hết") : t("đang gửi %(backlog)s tin", { backlog: uplink.backlog }), ...(uplink.detail ? [` · ${uplink.detail}`] : []), ...last];
  const oldest = uplink.oldest_ms ? [`${t(", cũ nhất")} `, lasting(uplink.oldest_ms)] : [];
  const done = uplink.eta_s ? t(", xong sau khoảng %(eta_s)s", { eta_s: spanWords(uplink.eta_s * 1000) }) : "";
  return [t("%(backlog)s tin chờ gửi", { backlog: uplink.backlog }), ...oldest, waitWords(uplink), done, ...last];
}

function showPhones(mirror) {
  const phones = mirror.get("phones") ?? [];
  byId("phones").hidden = phones.length === 0;
  if (phones.length === 0) return;
  const broken = phones.filter((phone) => !phone.ok);
  const { sent, waiting, failed } = phones[0];
  const kind = broken.length === phones.length ? "bad" : broken.length > 0 || failed > 0 || waiting > 0 ? "warn" : "ok";
  const words = [t("đã gửi %(sent)s", { sent }), waiting > 0 ? t("đang chờ %(waiting)s", { waiting }) : "", failed > 0 ? t("hỏng %(failed)s", { failed }) : ""];
  const detail = broken.map((phone) => [phone.modem, phone.detail].filter(Boolean).join(": "));
  fact(byId("phones"), kind, "phone", kind === "bad" ? t("KHÔNG nhắn được") : t("Nhắn tin được"), [...words, ...detail].filter(Boolean).join(" · "));
}

/** Only a dead machine of the network is worth a place here. */
function showHosts(mirror) {
  const dead = deadHosts(mirror.get("hosts") ?? []);
  byId("hosts").hidden = !dead;
  if (dead) fact(byId("hosts"), "warn", "link-off", dead.title, dead.names, dead.names ? " · " : "", lasting(dead.since));
}

function showPower(mirror) {
  const power = mirror.get("power");
  byId("power-fact").hidden = !power;
  const dark = power?.mains === false;
  byId("power").hidden = !dark && !power?.silent;
  if (!power) return;
  const charge = power.charge_pct === null ? t("chưa rõ ắc quy") : t("ắc quy %(charge_pct)s %", { charge_pct: number(power.charge_pct, 0) });
  const left = power.minutes_left === null ? "" : t("còn khoảng %(minutes_left)s phút", { minutes_left: number(power.minutes_left, 0) });
  const title = dark ? t("Chạy ắc quy") : power.silent || power.mains === null ? t("Chưa rõ điện lưới") : t("Có điện lưới");
  fact(byId("power-fact"), dark ? "bad" : power.silent || power.mains === null ? "warn" : "ok", "power", title, [charge, dark ? left : ""].filter(Boolean).join(" · "));
  byId("power").classList.toggle("low", power.low);
  if (!byId("power").hidden) replace(byId("power"), darkness(power, dark, [left, charge]));
}

function darkness(power, dark, first) {
  const words = [...first, ...power.shed.map((name) => SHED[name] ?? name), power.shed.length > 0 ? t("loa và tin nhắn vẫn chạy") : ""];
  return el("p", {}, icon(power.low ? "severe" : "moderate"), el("strong", {}, dark ? t("MẤT ĐIỆN LƯỚI") : t("BỘ LƯU ĐIỆN KHÔNG TRẢ LỜI")),
    el("span", { class: "airing-title" }, dark ? words.filter(Boolean).join(" · ") : ""));
}

function showRoom(mirror) {
  const room = mirror.get("room");
  byId("room").hidden = !room || room.level === "green";
  if (byId("room").hidden) return;
  const red = room.level === "red";
  byId("room").classList.toggle("low", red);
  replace(byId("room"), el("p", {}, icon(red ? "severe" : "moderate"),
    el("strong", {}, red ? t("HẾT CHỖ CHỨA") : t("SẮP HẾT CHỖ CHỨA")), el("span", { class: "airing-title" }, room.sentence)));
}

function showStorm(mirror) {
  const storms = mirror.get("storm") ?? [];
  byId("storm").hidden = storms.length === 0;
  replace(byId("storm"), storms.map((storm) => el("p", {}, icon("storm"), el("strong", {}, t("CHẾ ĐỘ BÃO")),
    el("span", { class: "airing-title" }, storm.title), el("span", { class: "airing-where" }, stormWords(storm, mirror.get("commune"))))));
}

/** All the time it is open, whoever opened it; anybody in the room may end it. */
function showSupport(mirror) {
  const support = mirror.get("support");
  byId("support").hidden = !support;
  if (!support) return;
  replace(byId("support"), el("p", {}, icon("link"), el("strong", {}, t("HỖ TRỢ TỪ XA ĐANG MỞ")),
    el("span", { class: "airing-title" }, openedWords(support)), el("span", { class: "airing-where" }, standing(support)), closing({ class: "support-close" })));
}

function showOnAir(mirror) {
  const items = mirror.get("on_air") ?? [];
  byId("on-air").hidden = items.length === 0;
  replace(byId("on-air"), items.map((item) => el("div", { class: `airing prio-${item.priority}` },
    icon("horn"), el("strong", {}, t("ĐANG PHÁT")), el("span", { class: "chip" }, PRIORITY[item.priority] ?? item.priority),
    el("span", { class: "airing-title" }, item.title),
    el("span", { class: "airing-where" }, hamletNames(item.hamlets, mirror.get("commune"))),
    el("span", { class: "airing-time", "data-began": item.began_at_ms, "data-ms": item.ms }))));
  tickOnAir();
}

function tickOnAir() {
  for (const node of document.querySelectorAll(".airing-time")) {
    const whole = Number(node.dataset.ms);
    const played = Math.min(whole, Math.max(0, serverNow() - Number(node.dataset.began)));
    node.textContent = `${length(played)} / ${length(whole)}`;
  }
}
