// The page of one incident: what was seen, what happened since, and what people do about it.

import { ago, lasting, momentWords, withSeconds } from "./ages.js";
import { doing, get, post, toast } from "./ask.js";
import { tomlBlock } from "./copying.js";
import { byId, may, mirror, startDesk } from "./desk.js";
import { el, icon, replace, svg } from "./elements.js";
import { footage } from "./footage.js";
import { t } from "./texts.js";
import { showTold } from "./told.js";
import { ANSWER, LABEL, mostWords, number, RULE_KIND, SEVERITY, STORY, VERDICT } from "./words.js";

const id = document.body.dataset.incident;
const here = `/api/incidents/${encodeURIComponent(id)}`;
const SETTLED = ["Đã kiểm tra, không có gì", "Đã nhắc nhở, họ đã rời đi", "Đã báo công an xã", "Đã xử lý xong"]; // kept as written
const SHORT_CUTS = { n: ".take", k: ".close", g: ".false-alarm", t: ".rest", x: ".watch" };
let incident = null;
let watching = false; // a player stands where the picture was

async function load() {
  incident = await get(here);
  const open = incident.state === "open";
  document.title = `${incident.title} · Mõ Làng`;
  drawHead(open);
  showTold(incident.alerts);
  drawSight();
  drawFacts();
  drawDeeds(open);
  drawStory();
}

function drawHead(open) {
  const { severity } = incident;
  byId("case-head").className = `case-head sev-${severity}`;
  replace(byId("case-head"), el("span", { class: "incident-mark" }, icon(severity, SEVERITY[severity])),
    el("div", {},
      el("h1", {}, incident.title),
      el("p", {}, el("strong", { class: "severity" }, SEVERITY[severity] ?? severity), " · ", incident.place, " · ",
        momentWords(incident.began_at_ms), " · ",
        open ? el("strong", { class: "severity" }, `${t("đang diễn ra")} `, lasting(incident.began_at_ms)) : [`${t("đã kết thúc")} `, ago(incident.ended_at_ms ?? incident.began_at_ms)],
        incident.verdict ? el("span", { class: `verdict ${incident.verdict}` }, VERDICT[incident.verdict]) : null)));
}

function drawSight() {
  if (watching) return;
  const print = JSON.stringify([incident.still, incident.box]);
  if (byId("sight").print === print) return;
  byId("sight").print = print;
  if (!incident.still) {
    replace(byId("sight"), el("p", { class: "no-picture" }, icon("camera-off"), incident.camera ? t("Chưa có ảnh của sự cố này.") : t("Sự cố này không có ảnh.")));
    return;
  }
  const gone = () => replace(byId("sight"), el("p", { class: "no-picture" }, icon("camera-off"), t("Ảnh đã hết hạn lưu và đã xoá.")));
  const picture = el("img", { src: `/stills/${encodeURIComponent(incident.still)}`, alt: t("Ảnh lúc xảy ra: %(title)s", { title: incident.title }), onerror: gone });
  replace(byId("sight"), el("figure", { class: "boxed" }, picture, incident.box ? boxOver(incident.box) : null));
}

function boxOver([left, top, right, bottom]) {
  const shape = { x: left * 100, y: top * 100, width: (right - left) * 100, height: (bottom - top) * 100 };
  return svg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("rect", { ...shape, class: "box" }));
}

/** The rule that opened it, if it is still there. */
const ruleNow = () => (mirror.get("zones")?.[incident.camera] ?? []).find((one) => one.id === incident.rule);

function drawFacts() {
  const { label, score, most, rule, rule_kind: kind } = incident;
  const zone = ruleNow();
  const { alerts, taken_by: taker } = incident;
  replace(byId("facts"), el("dl", {},
    kind ? fact(t("Luật"), [RULE_KIND[kind] ?? kind, zone ? ` · ${zone.name}` : rule ? ` · ${rule}` : ""]) : null,
    label ? fact(t("Thấy"), [most > 1 ? mostWords(label, most) : (LABEL[label] ?? label), score ? ` · ${t("chắc %(score)s %", { score: number(score * 100, 0) })}` : ""]) : null,
    fact(t("Đã báo"), alerts ? t("%(told)s người, %(answered)s đã trả lời", { told: alerts.told, answered: alerts.answered }) : t("không có ai")),
    taker ? fact(t("Người nhận"), [el("strong", {}, taker), ` ${t("lúc")} `, momentWords(incident.taken_at_ms)]) : fact(t("Người nhận"), el("span", { class: "bad" }, t("chưa ai nhận"))),
    incident.closed_how ? fact(t("Kết thúc"), [incident.closed_by ? el("strong", {}, incident.closed_by, ": ") : null, incident.closed_how]) : null,
    zone?.suspended_until_ms ? fact(t("Luật đang nghỉ"), t("đến %(suspended_until_ms)s", { suspended_until_ms: momentWords(zone.suspended_until_ms) })) : null));
}

const fact = (name, value) => el("div", {}, el("dt", {}, name), el("dd", {}, value));

function drawDeeds(open) {
  const wrong = incident.verdict === "false_alarm";
  replace(byId("deeds"),
    !incident.taken_by && !wrong && may("TakeIncident") ? deed("take primary", "hand", t("Nhận việc"), "N", take) : null,
    open && may("CloseIncident") ? deed("close secondary", "check", t("Kết thúc"), "K", askHow) : null,
    incident.camera && may("JudgeIncident") ? judging(wrong) : null,
    ruleNow() && may("SuspendRule") ? resting() : null);
}

function deed(kind, mark, words, key, action) {
  const button = doing([icon(mark), words, el("kbd", {}, key)], { class: kind, "aria-keyshortcuts": key }, action);
  return button;
}

function judging(wrong) {
  if (!wrong) return deed("false-alarm secondary", "cross", t("Báo động giả"), "G", () => judge("false_alarm"));
  return el("span", { class: "judged" },
    deed("false-alarm secondary", "pen", t("Xem đề xuất sửa luật"), "G", () => judge("false_alarm")),
    doing(t("Thật ra là báo động đúng"), { class: "secondary" }, () => judge("true_alarm")));
}

function resting() {
  if (ruleNow().suspended_until_ms) return deed("rest secondary", "play", t("Bật lại luật"), "T", () => letRest(0));
  return deed("rest secondary", "clock", t("Nghỉ luật 1 giờ"), "T", () => letRest(60));
}

async function take() {
  await post(`${here}/take`);
  toast(t("Đã ghi nhận: bạn đang xử lý sự cố này."));
  await load();
}

async function askHow() {
  const words = el("input", { maxlength: 500, required: true, "aria-label": t("Đã giải quyết thế nào"), placeholder: t("Đã giải quyết thế nào?"), list: "settled" });
  const send = doing(t("Ghi và kết thúc"), { class: "primary" }, async () => {
    if (!words.value.trim()) return words.focus();
    await post(`${here}/close`, { how: words.value.trim() });
    replace(byId("deed-form"));
    toast(t("Đã kết thúc sự cố."));
    await load();
  });
  words.addEventListener("keydown", (event) => event.key === "Enter" && send.click());
  const quick = SETTLED.map((sentence) => el("button", { type: "button", class: "quick", onclick: () => { words.value = sentence; send.focus(); } }, sentence));
  replace(byId("deed-form"), el("div", { class: "how" }, el("div", { class: "quicks" }, quick), words, send));
  words.focus();
}

async function judge(verdict) {
  const { proposal, toml } = await post(`${here}/judge`, { verdict });
  byId("proposal").hidden = !proposal;
  replace(byId("proposal"), proposal ? [el("h2", {}, icon("pen"), t("Đề xuất sửa luật")), el("p", {}, proposal), toml ? tomlBlock(toml, t("Sửa trong tệp cấu hình molang.toml rồi khởi động lại hộp:")) : null] : []);
  if (proposal) byId("proposal").scrollIntoView({ block: "nearest" });
  toast(verdict === "false_alarm" ? t("Đã ghi: báo động giả.") : t("Đã ghi: báo động đúng."));
  await load();
}

async function letRest(minutes) {
  await post(`/api/cameras/${encodeURIComponent(incident.camera)}/rest`, { rule: incident.rule, minutes });
  toast(minutes > 0 ? t("Luật này nghỉ 1 giờ, sau đó tự bật lại.") : t("Luật đã bật lại."));
}

function drawStory() {
  replace(byId("story"), incident.story.map(({ at_ms: at, what, by_user: by, detail }) =>
    el("li", { class: `story-${what}` }, icon(STORY[what]?.[1] ?? "clock"),
      el("time", { title: momentWords(at) }, withSeconds(at)),
      el("p", {}, el("strong", {}, STORY[what]?.[0] ?? what), by ? ` · ${by}` : "", el("span", {}, detailWords(detail, what))))));
}

const IN_WORDS = ["note", "reported"]; // people wrote these, even when it is one word

/** Sentences and judgements are for people; paths of files are not. An answer is "how: note". */
function detailWords(detail, what) {
  if (what !== "answered") return VERDICT[detail] ?? (detail.includes(" ") || IN_WORDS.includes(what) ? detail : "");
  const [how, ...note] = detail.split(": ");
  return [ANSWER[how] ?? how, note.join(": ")].filter(Boolean).join(": ");
}

function offerFootage() {
  if (!incident.camera || !may("ViewRecording")) return;
  replace(byId("play"), doing([icon("play"), t("Xem đoạn ghi"), el("kbd", {}, "X")], { class: "watch secondary", "aria-keyshortcuts": "X" }, watch),
    archiveLink(), el("small", {}, t("Mỗi lần xem đều ghi vào nhật ký.")));
}

function archiveLink() {
  return el("a", { class: "to-archive", href: `/cameras/${encodeURIComponent(incident.camera)}/recordings?at=${incident.began_at_ms}` }, t("Mở dòng thời gian"));
}

function backToPicture() {
  watching = false;
  byId("sight").print = "";
  drawSight();
  offerFootage();
}

async function watch() {
  const seen = await post(`${here}/view`);
  if (!seen.clip && seen.segments.length === 0) return toast(t("Không còn, hoặc chưa có đoạn ghi nào quanh sự cố này."), "bad");
  const player = footage(incident.camera);
  watching = true;
  replace(byId("sight"), player.node);
  replace(byId("play"), el("button", { type: "button", class: "secondary", onclick: backToPicture }, icon("camera"), t("Về ảnh")), archiveLink());
  if (seen.clip) player.playFile(`/recordings/incident/${encodeURIComponent(id)}.mp4`);
  else player.play(seen.segments, Math.max(incident.began_at_ms - 5000, seen.segments[0].began_ms));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const button = document.querySelector(SHORT_CUTS[event.key.toLowerCase()]);
  if (!button) return;
  event.preventDefault(); // or the key would be typed into the field that opens
  button.click();
});
load().then(offerFootage).then(() => may("SeeIncident") && post(`${here}/see`)).catch((error) => toast(error.message, "bad"));
mirror.on("incidents zones", () => incident && load().catch((error) => toast(error.message, "bad")));
startDesk();
