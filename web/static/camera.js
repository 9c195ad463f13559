// One camera: live, its recordings below, what happened there, and what of it is private.

import { ago, momentWords } from "./ages.js";
import { get, toast } from "./ask.js";
import { byId, live, may, mirror, startDesk, token } from "./desk.js";
import { el, icon, replace } from "./elements.js";
import { LiveStage } from "./livestage.js";
import { t } from "./texts.js";
import { CAMERA, TROUBLE } from "./words.js";

const REASONS = ["Theo dõi trực ban", "Kiểm tra sự cố", "Kiểm tra camera"]; // kept as written
const KEPT = "molang-vi-sao-xem"; // the reason holds for this tab until it is closed
const MOST_HAPPENED = 12;
const { camera, mode } = document.body.dataset;
const stage = new LiveStage(camera, `${live}/live/video/${encodeURIComponent(camera)}?token=${encodeURIComponent(token)}`, tellLive);
const incident = new URLSearchParams(location.search).get("su-co");
const archive = may("ViewRecording") ? await import("./recordings.js") : null;
let found = null; // what was searched for; null: the newest

function tellLive(words, kind) {
  byId("live-words").className = `live-words live-${kind}`;
  byId("live-words").textContent = words;
}

/** The live picture takes the stage; playback rests. */
function goLive(why) {
  sessionStorage.setItem(KEPT, why);
  archive?.rest();
  replace(byId("stage"), stage.node);
  byId("go-live").setAttribute("aria-pressed", true);
  stage.start(why);
}

/** Playback takes the stage. */
function leaveLive() {
  stage.stop();
  byId("go-live").setAttribute("aria-pressed", false);
  tellLive("", "");
}

/** Before the first picture: why? One press answers, and the answer stays in the audit log (L5). */
function askWhy() {
  const words = el("input", { required: true, maxlength: 500, "aria-label": t("Lý do khác"), placeholder: t("Lý do khác…") });
  const quick = REASONS.map((reason) => el("button", { type: "button", class: "quick", onclick: () => goLive(reason) }, t(reason)));
  const form = el("form", { class: "other-reason", onsubmit: (event) => (event.preventDefault(), words.value.trim() && goLive(words.value.trim())) }, words, el("button", { class: "secondary" }, t("Xem")));
  replace(byId("stage"), el("div", { class: "ask-why" }, stage.node,
    el("div", { class: "ask-why-words" }, el("h2", {}, t("Vì sao xem camera này?")), el("p", {}, t("Mỗi lần xem đều ghi vào nhật ký: ai, lúc nào, vì sao.")), el("div", { class: "quicks" }, quick), form)));
  quick[0].focus({ preventScroll: true });
}

function begin() {
  const why = incident ? t("Sự cố %(incident)s", { incident: incident.slice(0, 80) }) : sessionStorage.getItem(KEPT);
  if (why) goLive(why);
  else askWhy();
}

function showFacts() {
  const facts = (mirror.get("cameras") ?? []).find((one) => one.id === camera);
  if (!facts) return mirror.get("cameras") && replace(byId("camera-state"), el("span", { class: "bad" }, icon("camera-off"), ` ${t("Xã không có camera này.")}`));
  byId("name").textContent = facts.name;
  const good = facts.state === "online";
  replace(byId("camera-state"), el("span", { class: good ? "ok" : "bad" }, icon(good ? "camera" : "camera-off"), ` ${CAMERA[facts.state] ?? facts.state}`),
    good && facts.trouble ? el("strong", { class: "warn" }, ` · ${TROUBLE[facts.trouble] ?? facts.trouble}`) : null,
    !good && facts.changed_at_ms ? el("span", { class: "bad" }, " ", ago(facts.changed_at_ms)) : null);
  byId("private").textContent = privateWords(facts.privacy);
  stage.update(facts, mirror.get("zones")?.[camera] ?? [], mirror.get("tracks")?.[camera]);
}

function privateWords({ areas, hidden_by: by, word } = { areas: [] }) {
  const rules = t("%(n)s luật đang đặt", { n: mirror.get("zones")?.[camera]?.length ?? 0 });
  if (areas.length === 0) return t("%(rules)s. Camera này không có vùng riêng tư.", { rules });
  if (by === "camera") return t("%(rules)s. %(n)s vùng riêng tư, camera tự che.", { rules, n: areas.length });
  return `${t("%(rules)s. %(n)s vùng riêng tư, hộp che ảnh; video chỉ lãnh đạo xã xem được.", { rules, n: areas.length })} ${word ?? ""}`;
}

function showHappened() {
  const rows = found ?? (mirror.get("incidents") ?? []).filter((one) => one.camera === camera).slice(0, MOST_HAPPENED);
  const empty = found ? t("Không tìm thấy sự cố nào.") : t("Gần đây không có sự cố nào ở đây.");
  replace(byId("happened"), rows.length > 0 ? rows.map(happenedRow) : el("li", { class: "muted" }, empty));
}

function happenedRow({ id, title, severity, began_at_ms: at, verdict }) {
  const words = [icon(severity), el("span", {}, title), el("time", { class: "muted" }, momentWords(at))];
  const kind = `happened-row sev-${severity} ${verdict ?? ""}`;
  if (!archive) return el("li", {}, el("a", { class: kind, href: `/incidents/${encodeURIComponent(id)}` }, words));
  return el("li", {}, el("button", { type: "button", class: kind, title: t("Xem lại lúc này"), onclick: () => archive.playMoment(at) }, words));
}

async function find(event) {
  event.preventDefault();
  const text = new FormData(event.target).get("text").trim();
  found = text ? (await get("/api/incidents", { camera, text })).rows : null;
  showHappened();
}

byId("find").addEventListener("submit", (event) => find(event).catch((error) => toast(error.message, "bad")));
byId("go-live").addEventListener("click", () => (sessionStorage.getItem(KEPT) ? goLive(sessionStorage.getItem(KEPT)) : askWhy()));
byId("show-zones").addEventListener("change", (event) => {
  stage.hidden = !event.target.checked;
  stage.show();
});
byId("whole").addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : byId("stage").requestFullscreen?.()));
mirror.on("cameras zones tracks", showFacts);
mirror.on("incidents", showHappened);
showHappened();
archive?.startArchive(leaveLive, mode === "archive");
if (mode === "live") begin();
startDesk(() => stage.running && stage.show());
