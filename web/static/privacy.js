// Draws what of a camera's picture nobody may see, and keeps it. The box hides it, not this page.

import { doing, post, run, toast } from "./ask.js";
import { byId, mirror, role, startDesk } from "./desk.js";
import { el, icon, replace } from "./elements.js";
import { Sketch, stillOf } from "./sketch.js";
import { t } from "./texts.js";

const MOST_AREAS = 8;
const SEES_ALL = role === "leader"; // only they may take an area away
const SAVE_MS = 10_000;
const { camera } = document.body.dataset;
const picture = stillOf(camera);
const sketch = new Sketch(byId("sketch"), picture, drawn);
let known = { areas: [], hidden_by: "", word: "", set_at_ms: 0 }; // what the server keeps
let areas = []; // what stands on the page
let dirty = false;
let fresh = true; // nothing was shown yet

function tools() {
  const button = (mark, words, action) => el("button", { type: "button", class: "secondary", onclick: action }, icon(mark), words);
  replace(byId("tools"),
    button("zone", t("Vẽ vùng mới"), () => begin()), button("steady", t("Hình mẫu"), () => sketch.pattern("zone")),
    button("back", t("Hoàn tác"), () => sketch.undo()), button("check", t("Thêm vùng này"), () => add()),
    doing([icon("camera"), t("Ảnh mới")], { class: "secondary" }, () => { picture.src = `/latest/${encodeURIComponent(camera)}.jpg?${Date.now()}`; }));
}

function begin() {
  sketch.begin("zone");
  sketch.sheet.focus();
}

function drawn() {
  const { points, drawing } = sketch;
  byId("hint").textContent = drawing && points.length < 3 ? t("Bấm vào hình để đặt góc %(n)s của vùng che.", { n: points.length + 1 })
    : drawing ? t("Bấm tiếp để thêm góc; bấm góc đầu hoặc Enter để khép vùng.") : t("Kéo góc cho vừa, rồi bấm “Thêm vùng này”.");
  byId("save").disabled = !dirty && !sketch.done;
}

/** What was drawn becomes an area of its own. */
function add() {
  sketch.finish();
  if (!sketch.done) return toast(t("Hãy vẽ ít nhất ba góc."), "bad");
  if (areas.length >= MOST_AREAS) return toast(t("Mỗi camera có nhiều nhất %(n)s vùng riêng tư.", { n: MOST_AREAS }), "bad");
  areas = [...areas, sketch.points.map((point) => [...point])];
  change();
  begin();
}

function remove(index) {
  areas = areas.filter((_, at) => at !== index);
  change();
}

function change() {
  dirty = JSON.stringify(areas) !== JSON.stringify(known.areas);
  show();
}

const kept = (area) => known.areas.some((one) => JSON.stringify(one) === JSON.stringify(area));

function show() {
  sketch.show({ others: areas.map((points, at) => ({ name: t("Vùng %(n)s", { n: at + 1 }), points, closed: true })) });
  replace(byId("areas"), areas.length > 0 ? areas.map(row) : el("li", { class: "muted" }, t("Chưa có vùng riêng tư nào.")));
  byId("save").disabled = !dirty && !sketch.done;
}

function row(area, at) {
  const locked = kept(area) && !SEES_ALL;
  return el("li", {}, el("strong", {}, t("Vùng %(n)s", { n: at + 1 })), el("span", { class: "muted" }, kept(area) ? t("đang che") : t("chưa lưu")),
    locked ? el("small", { class: "muted" }, t("chỉ lãnh đạo xã bỏ được")) : el("button", { type: "button", class: "secondary", onclick: () => remove(at) }, icon("cross"), t("Bỏ")));
}

function hiddenWords() {
  if (known.areas.length === 0) return "";
  return known.hidden_by === "camera" ? t("Camera tự che các vùng này: video và ảnh ra khỏi camera đã sạch.")
    : `${t("Hộp tô đen mọi ảnh của camera này; video chỉ lãnh đạo xã xem được.")} ${known.word ?? ""}`;
}

/** News from the server; what a person is drawing stays. */
function take() {
  const facts = (mirror.get("cameras") ?? []).find((one) => one.id === camera);
  if (!facts) return;
  byId("name").textContent = facts.name;
  const moved = fresh || facts.privacy.set_at_ms !== known.set_at_ms;
  if (moved && dirty && !fresh) toast(t("Người khác vừa đổi vùng riêng tư của camera này: hãy tải lại trang rồi vẽ tiếp."), "bad");
  if (!dirty || fresh) known = facts.privacy;
  known = { ...known, hidden_by: facts.privacy.hidden_by, word: facts.privacy.word };
  byId("who-hides").textContent = hiddenWords();
  if (!moved || (dirty && !fresh)) return;
  fresh = false;
  areas = known.areas;
  change();
}

async function save() {
  if (sketch.done) add();
  const why = byId("keep").elements.why.value.trim();
  const body = { areas, why, known_at_ms: known.set_at_ms };
  known = await post(`/api/cameras/${encodeURIComponent(camera)}/privacy`, body, AbortSignal.timeout(SAVE_MS));
  areas = known.areas;
  byId("keep").reset();
  byId("who-hides").textContent = hiddenWords();
  change();
  toast(t("Đã lưu. Từ giờ ảnh của camera này che các vùng đó."));
}

byId("keep").addEventListener("submit", (event) => {
  event.preventDefault();
  run(byId("save"), save).then(show);
});
tools();
begin();
mirror.on("cameras", take);
show();
startDesk();
