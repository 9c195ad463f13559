// The desk where a rule is made: draw it, say what it is, see what it would have done, take its lines away.

import { doing, post, run, toast } from "./ask.js";
import { byId, mirror, startDesk } from "./desk.js";
import { el, icon, replace } from "./elements.js";
import { RuleForm } from "./ruleform.js";
import { previewRemoval, previewRule } from "./rulesave.js";
import { Sketch, stillOf } from "./sketch.js";
import { t } from "./texts.js";
import { pathsOf, showTried } from "./tried.js";

const TRY_DEADLINE_MS = 60_000;
const { camera } = document.body.dataset;
const picture = stillOf(camera);
const sketch = new Sketch(byId("sketch"), picture, drawn);
const keep = doing([icon("check"), t("Xem trước rồi lưu")], { class: "secondary", "data-act": "keep" }, () => save());
const drop = doing([icon("cross"), t("Bỏ luật này")], { class: "quiet", hidden: true, "data-act": "drop" }, () => remove());
const form = new RuleForm(byId("rule"), changed, () => run(form.button, tryIt), { keep, drop });
let tried = null;
let known = null; // the rule of the settings that is being changed

function tools() {
  const button = (mark, words, action, key = "") => el("button", { type: "button", class: "secondary", onclick: action, "data-tool": key }, icon(mark), words);
  replace(byId("tools"),
    button("zone", t("Vẽ vùng"), () => begin("zone"), "zone"), button("vach", t("Vẽ vạch"), () => begin("line"), "line"),
    button("steady", t("Hình mẫu"), () => sketch.pattern(sketch.kind), "pattern"),
    button("back", t("Hoàn tác"), () => sketch.undo(), "undo"),
    button("check", t("Xong"), () => sketch.finish(), "done"),
    doing([icon("camera"), t("Ảnh mới")], { class: "secondary" }, () => renew()));
}

function begin(kind) {
  if (known) form.renew();
  known = null;
  drop.hidden = true;
  sketch.begin(kind);
  sketch.sheet.focus();
}

function renew() {
  picture.src = `/latest/${encodeURIComponent(camera)}.jpg?${Date.now()}`;
}

function drawn() {
  form.setKind(sketch.kind);
  for (const button of byId("tools").querySelectorAll("[data-tool]")) {
    if (["zone", "line"].includes(button.dataset.tool)) button.setAttribute("aria-pressed", button.dataset.tool === sketch.kind);
    if (button.dataset.tool === "done") button.disabled = !sketch.drawing || sketch.points.length < sketch.least;
  }
  byId("hint").textContent = hint();
  changed();
}

function hint() {
  const { kind, points, drawing } = sketch;
  if (!drawing) return kind === "zone" ? t("Kéo góc để dời, kéo chấm nhỏ để thêm góc, Delete để xoá góc. Vùng là nơi chân người đứng.") : t("Kéo A hoặc B để dời. Mũi tên là chiều sẽ báo.");
  if (kind === "line") return points.length === 0 ? t("Bấm vào hình để đặt đầu A của vạch.") : t("Bấm để đặt đầu B.");
  return points.length < 3 ? t("Bấm vào hình để đặt góc %(points)s.", { points: points.length + 1 }) : t("Bấm tiếp để thêm góc; bấm góc đầu, Enter hoặc “Xong” để khép vùng.");
}

/** What was tried is no longer what stands there. */
function changed() {
  sketch.show({ direction: form.direction });
  byId("tried").classList.toggle("stale", tried !== null);
}

async function tryIt() {
  const rule = drawnRule();
  if (!rule) return;
  tried = await post(`/api/cameras/${encodeURIComponent(camera)}/try`, { rule, hours: 24 }, AbortSignal.timeout(TRY_DEADLINE_MS));
  byId("tried").classList.remove("stale");
  const look = (span) => sketch.show({ passages: pathsOf(tried.passages, span) });
  showTried(byId("tried"), tried, look);
  look(null);
  byId("tried").scrollIntoView({ block: "nearest", behavior: "smooth" });
}

/** What was drawn and said, if it is whole; else the person is told. */
function drawnRule() {
  if (!sketch.done) return void toast(t("Hãy vẽ xong vùng hoặc vạch trước."), "bad");
  const points = sketch.points;
  const rule = { ...form.value(), ...(sketch.kind === "zone" ? { polygon: points } : { points }) };
  if (rule.labels.length === 0) return void toast(t("Hãy chọn ít nhất một loại để tìm."), "bad");
  return rule;
}

async function save() {
  if (!form.form.reportValidity()) return;
  const rule = drawnRule();
  if (rule) await previewRule(byId("change"), camera, sketch.kind, rule, known?.id ?? "", saved);
}

async function remove() {
  if (known) await previewRemoval(byId("change"), camera, known.kind, known.id, saved);
}

function saved(reply) {
  byId("change").hidden = true;
  toast(`${t("Đã lưu thành bản %(version)s.", { version: reply.version })} ${reply.why ?? ""}`);
}

function showKnown() {
  const rules = mirror.get("zones")?.[camera] ?? [];
  sketch.show({ others: rules.map((rule) => ({ name: rule.name, points: rule.polygon ?? rule.points, closed: Boolean(rule.polygon) })) });
  replace(byId("known"), rules.map((rule) => el("button", { type: "button", class: "secondary", onclick: () => edit(rule) }, icon(rule.polygon ? "zone" : "vach"), rule.name)));
}

function edit(rule) {
  known = { id: rule.id, kind: rule.polygon ? "zone" : "line" };
  drop.hidden = false;
  form.fill(rule.settings);
  sketch.load(rule.polygon ? "zone" : "line", rule.polygon ?? rule.points);
}

tools();
sketch.begin("zone");
mirror.on("zones", showKnown);
mirror.on("gauges", () => form.setGauges(mirror.get("gauges") ?? []));
mirror.on("cameras", () => {
  const known = (mirror.get("cameras") ?? []).find((one) => one.id === camera);
  if (known) byId("name").textContent = known.name;
});
startDesk();
