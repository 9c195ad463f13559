// The wall: wires every part of the page to the state.

import { ago, agoWords, dayWords, lasting, serverNow, spanWords, startTicking, withSeconds } from "./ages.js";
import { showCameras } from "./cameras.js";
import { el, icon, keyed, replace } from "./elements.js";
import { showHorns } from "./horns.js";
import { showIncidents } from "./incidents.js";
import { Mirror, older } from "./mirror.js";
import { movement, riverChart } from "./river.js";
import { stormWords } from "./stationnews.js";
import { t } from "./texts.js";
import { CLOCK, hamletNames, length, LEVEL, number, PRIORITY, SERVICE, serviceName, UPLINK, waitWords } from "./words.js";

const OLD_READING_MS = 10 * 60 * 1000;
const LEAST_CHART = 280;
const WIDE_CHART = 520;
const { live, token } = document.body.dataset;
const query = `?token=${encodeURIComponent(token)}`;
const byId = (id) => document.getElementById(id);
const mirror = new Mirror(`${live}/live/state${query}`);
let health = { alive: true, sinceMs: null };

function showClock() {
  const clock = mirror.get("clock");
  replace(byId("time"), withSeconds(serverNow()));
  replace(byId("date"), dayWords(serverNow()));
  const trust = clock ? CLOCK[clock.state] : t("chưa có giờ máy chủ");
  const good = health.alive && clock?.state !== "floor" && clock;
  byId("trust").className = good ? "ok" : "bad";
  replace(byId("trust"), health.alive ? trust : t("giờ tự chạy, mất máy chủ"));
}

function showUplink() {
  const uplink = mirror.get("uplink");
  if (!uplink) return;
  const up = uplink.state === "up";
  byId("uplink").className = `uplink ${up ? "ok" : uplink.state === "off" ? "muted" : "bad"}`;
  const waiting = uplink.backlog > 0 ? t("%(backlog)s tin chờ gửi", { backlog: uplink.backlog }) : t("đã gửi hết");
  const oldest = uplink.backlog > 0 && uplink.oldest_ms ? [`${t(", cũ nhất")} `, lasting(uplink.oldest_ms)] : null;
  const done = uplink.backlog > 0 && uplink.eta_s ? t(", xong sau khoảng %(eta_s)s", { eta_s: spanWords(uplink.eta_s * 1000) }) : "";
  const last = !up && uplink.last_ok_ms ? [` · ${t("thông lần cuối")} `, ago(uplink.last_ok_ms)] : null;
  replace(byId("uplink"), icon(up ? "link" : "link-off"),
    el("div", {}, el("strong", {}, UPLINK[uplink.state] ?? uplink.state),
      uplink.state === "off" ? null : el("small", {}, waiting, oldest, waitWords(uplink), done, last),
      up && uplink.detail ? el("small", { class: "warn" }, uplink.detail) : null));
}

function showRoom() {
  const room = mirror.get("room");
  byId("room").hidden = !room || room.level === "green";
  if (byId("room").hidden) return;
  const red = room.level === "red";
  byId("room").classList.toggle("low", red);
  replace(byId("room"), el("p", {}, icon(red ? "severe" : "moderate"),
    el("strong", {}, red ? t("HẾT CHỖ CHỨA") : t("SẮP HẾT CHỖ CHỨA")), el("span", { class: "airing-title" }, room.sentence)));
}

const SHED = { video: t("tạm ngừng hình trực tiếp"), eyes: t("tạm ngừng nhìn camera") };

function showPower() {
  const power = mirror.get("power");
  const dark = power?.mains === false;
  byId("power").hidden = !dark && !power?.silent;
  if (byId("power").hidden) return;
  const left = power.minutes_left === null ? null : t("còn khoảng %(minutes_left)s phút", { minutes_left: number(power.minutes_left, 0) });
  const charge = power.charge_pct === null ? null : t("ắc quy %(charge_pct)s %", { charge_pct: number(power.charge_pct, 0) });
  const words = [left, charge, ...power.shed.map((name) => SHED[name] ?? name), power.shed.length > 0 ? t("loa và tin nhắn vẫn chạy") : null];
  byId("power").classList.toggle("low", power.low);
  replace(byId("power"), el("p", {}, icon(power.low ? "severe" : "moderate"),
    el("strong", {}, dark ? t("MẤT ĐIỆN LƯỚI") : t("BỘ LƯU ĐIỆN KHÔNG TRẢ LỜI")), el("span", { class: "airing-title" }, dark ? words.filter(Boolean).join(" · ") : "")));
}

function showServices() {
  const services = mirror.get("services") ?? [];
  const sick = services.filter((service) => service.state !== "up" && service.state !== "off");
  const nodes = sick.map((service) => el("li", { class: service.state === "down" ? "bad" : "warn" }, icon("server"),
    el("span", {}, el("strong", {}, serviceName(service.name)), ` ${SERVICE[service.state] ?? service.state} `,
      service.since_ms ? lasting(service.since_ms) : null, service.detail ? `: ${service.detail}` : "")));
  const fine = el("li", { class: "ok" }, icon("check"), t("Mọi dịch vụ chạy tốt"));
  replace(byId("services"), services.length === 0 ? [] : nodes.length > 0 ? nodes : fine);
}

function showStorm() {
  const storms = mirror.get("storm") ?? [];
  byId("storm").hidden = storms.length === 0;
  replace(byId("storm"), storms.map((storm) => el("p", {}, icon("storm"), el("strong", {}, t("CHẾ ĐỘ BÃO")),
    el("span", { class: "airing-title" }, storm.title), el("span", { class: "airing-where" }, stormWords(storm, mirror.get("commune"))))));
}

function showOnAir() {
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

function showGauges() {
  const gauges = mirror.get("gauges") ?? [];
  const place = byId("gauges");
  place.hidden = gauges.length === 0;
  place.classList.toggle("several", gauges.length > 1);
  const width = chartWidth(place.clientWidth, gauges.length);
  keyed(place, gauges.map((gauge) => ({ ...gauge, width, old: older(gauge.at_ms, OLD_READING_MS) })), gaugeCard);
}

/** One gauge has its figures beside the chart, several have them above. */
function chartWidth(place, count) {
  return Math.max(LEAST_CHART, Math.round(count > 1 ? place / count - 50 : place - 310));
}

function gaugeCard(gauge) {
  const bad = gauge.quality !== "good";
  return el("article", { class: `card gauge level-${gauge.level} ${gauge.old || bad ? "old" : ""}`, "data-gauge": gauge.id },
    el("div", { class: "gauge-now" },
      el("h2", {}, icon("river"), gauge.name),
      el("p", { class: "gauge-value" }, number(gauge.value), el("small", {}, ` ${gauge.unit}`)),
      el("p", { class: "gauge-level" }, bad ? t("Số đo đáng ngờ") : gauge.bao_dong_m ? LEVEL[gauge.level] : ""),
      el("p", { class: "gauge-rise" }, rise(gauge)),
      el("p", { class: gauge.old ? "bad" : "muted" }, `${t("đo")} `, ago(gauge.at_ms))),
    el("div", { class: "gauge-chart" }, riverChart(gauge, gauge.width, gauge.width > WIDE_CHART ? 190 : 130)));
}

function rise(gauge) {
  const moved = movement(gauge);
  if (moved === null) return [];
  const { speed, sure } = moved;
  if (Math.abs(speed) < 0.01) return [icon("steady"), t("đứng")];
  const [mark, words] = speed > 0 ? ["rise", t("lên")] : ["fall", t("xuống")];
  return [icon(mark), sure ? t("%(words)s %(abs)s m/giờ", { words, abs: number(Math.abs(speed)) }) : t("đang %(words)s", { words })];
}

function showPhones() {
  const phones = mirror.get("phones") ?? [];
  byId("phones-card").hidden = phones.length === 0;
  keyed(byId("phones"), phones, (phone) => el("li", { class: phone.ok ? "" : "bad" },
    el("p", {}, icon(phone.ok ? "check" : "cross"), el("strong", {}, phone.ok ? ` ${t("Nhắn tin được")}` : ` ${t("KHÔNG nhắn được")}`)),
    el("p", { class: phone.ok ? "muted" : "" }, [phone.modem, phone.detail].filter(Boolean).join(" · ")),
    el("p", { class: "counts" }, t("đã gửi %(sent)s · đang chờ %(waiting)s", { sent: phone.sent, waiting: phone.waiting }),
      phone.failed > 0 ? el("span", { class: "bad" }, ` · ${t("hỏng %(failed)s", { failed: phone.failed })}`) : null)), (phone) => phone.modem);
}

function showCommune() {
  const commune = mirror.get("commune");
  if (!commune) return;
  replace(byId("commune"), commune.name);
  byId("demo").hidden = !commune.demo;
  document.title = `${commune.name} · Mõ Làng`;
}

function showHealth(now) {
  health = now;
  document.body.classList.toggle("is-dead", !now.alive);
  byId("dead").hidden = now.alive;
  byId("fallback").hidden = !(now.alive && now.by === "poll" && now.sinceMs !== null);
  tickDead();
}

function tickDead() {
  if (health.alive) return;
  const since = health.sinceMs === null ? t("Chưa nhận được số liệu nào từ máy chủ.")
    : t("Mất liên lạc với máy chủ từ %(sinceMs)s (%(sinceMs2)s).", { sinceMs: withSeconds(health.sinceMs), sinceMs2: agoWords(health.sinceMs) });
  replace(byId("dead-since"), since);
  replace(byId("dead-why"), t("%(reason)s Mọi thứ bên dưới là tình hình lúc đó; màn hình tự nối lại.", { reason: health.reason }).trim());
}

function countIncidents() {
  const open = (mirror.get("incidents") ?? []).filter((incident) => incident.state === "open").length;
  byId("incident-count").textContent = open > 0 ? t("%(open)s đang diễn ra", { open }) : "";
}

window.addEventListener("error", () => (byId("broken").hidden = false));
mirror.on("commune", showCommune);
mirror.on("clock", showClock);
mirror.on("uplink", showUplink);
mirror.on("power", showPower);
mirror.on("room", showRoom);
mirror.on("services", showServices);
mirror.on("on_air commune", showOnAir);
mirror.on("storm commune", showStorm);
mirror.on("gauges", showGauges);
mirror.on("phones", showPhones);
mirror.on("incidents", countIncidents);
mirror.onHealth(showHealth);
showCameras(byId("cameras"), mirror, (id) => `${live}/live/video/${encodeURIComponent(id)}${query}`);
showIncidents(byId("incidents"), mirror);
showHorns(byId("horns"), mirror);
showClock();
startTicking(() => {
  showClock();
  tickOnAir();
  tickDead();
});
setInterval(showGauges, 5000);
if (location.search.includes("token=")) history.replaceState(null, "", location.pathname);
