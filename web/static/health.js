// The cameras page: how each camera is, in words for everybody and in figures for the technician.

import { ago, lasting } from "./ages.js";
import { byId, may, mirror, role, startDesk } from "./desk.js";
import { el, icon, keyed, replace } from "./elements.js";
import { Latest } from "./latest.js";
import { t } from "./texts.js";
import { CAMERA, MODE, notRecording, number, TROUBLE } from "./words.js";

const CODEC = { h264: "H.264", hevc: "H.265", mjpeg: "MJPEG" };
const WORST_GOP_S = 4; // beyond, everything must be decoded
const list = byId("cameras");
const pictures = new Map();

function problems(camera) {
  const { state, detail, trouble, stalls_h: stalls = 0, reconnects_h: again = 0 } = camera;
  return [
    state === "online" ? "" : detail || CAMERA[state] || state,
    state === "online" && trouble ? (TROUBLE[trouble] ?? trouble) : "",
    notRecording(camera),
    stalls + again > 5 ? t("đường truyền chập chờn: %(stalls)s lần đứng, %(again)s lần nối lại trong giờ qua", { stalls, again }) : "",
    camera.gop_s > WORST_GOP_S ? t("khung khoá cách nhau %(gop_s)s s: hãy đặt 1–2 s trong camera", { gop_s: number(camera.gop_s, 1) }) : "",
  ].filter(Boolean);
}

function show() {
  const cameras = (mirror.get("cameras") ?? []).map((camera) => ({ ...camera, problems: problems(camera), rules: rulesOf(camera.id) }));
  const sick = cameras.filter((camera) => camera.problems.length > 0);
  const wanted = document.querySelector("input[name=which]:checked").value === "sick" ? sick : cameras;
  if (mirror.get("cameras") === undefined) return;
  if (cameras.length === 0) return replace(byId("summary"), el("strong", {}, t("Xã chưa có camera nào.")), ` ${t("Kỹ thuật viên thêm camera ở phần Hệ thống, trang Cài đặt.")}`);
  replace(byId("summary"), el("strong", {}, `${cameras.length} camera`), sick.length > 0 ? el("span", { class: "warn" }, ` · ${t("%(sick)s có vấn đề", { sick: sick.length })}`) : el("span", { class: "ok" }, ` · ${t("tất cả đều tốt")}`));
  keyed(list, wanted.toSorted((a, b) => b.problems.length - a.problems.length), card);
}

function rulesOf(id) {
  return (mirror.get("zones")?.[id] ?? []).map(({ name, suspended_until_ms: rests }) => ({ name, rests }));
}

function card(camera) {
  const good = camera.state === "online";
  const id = encodeURIComponent(camera.id);
  return el("li", { class: `sheet camera ${camera.problems.length > 0 ? "sick" : ""}`, "data-camera": camera.id },
    picture(camera.id),
    el("div", { class: "camera-body" },
      el("h2", {}, el("span", { class: good ? "ok" : "bad" }, icon(good ? "camera" : "camera-off")), camera.name),
      el("p", { class: good ? "ok" : "bad" }, CAMERA[camera.state] ?? camera.state, " ", camera.changed_at_ms ? lasting(camera.changed_at_ms) : ""),
      camera.problems.length > 0 ? el("ul", { class: "problems" }, camera.problems.map((one) => el("li", {}, icon("moderate"), one))) : null,
      el("p", { class: "muted" }, guarantee(camera), " · ", camera.recording === "on" ? t("đang ghi hình") : t("không ghi hình")),
      camera.rules.length > 0 ? el("p", { class: "muted" }, `${t("Luật:")} `, camera.rules.map((rule) => rule.name + (rule.rests ? ` ${t("(đang nghỉ)")}` : "")).join(", ")) : null,
      el("p", { class: "camera-links" },
        may("BeginView") ? el("a", { class: "secondary", href: `/cameras/${id}` }, icon("camera"), t("Xem trực tiếp")) : null,
        may("TryRule") ? el("a", { class: "secondary", href: `/cameras/${id}/tune` }, icon("zone"), t("Vẽ vùng, thử luật")) : null,
        may("ViewRecording") ? el("a", { class: "secondary", href: `/cameras/${id}/recordings` }, icon("play"), t("Xem lại")) : null)),
    role === "technician" ? figures(camera) : null);
}

function guarantee({ guaranteed_seen_s: seconds }) {
  return seconds > 0 ? t("thấy chắc ai ở lại hơn %(seconds)s s", { seconds: number(seconds, 1) }) : t("chưa đo được bao lâu thì chắc chắn thấy người");
}

function figures(camera) {
  const { codec, width, height, fps, kbit_s: rate, gop_s: gop, mode, hint_auc: auc, hint_trusted: trusted } = camera;
  const pairs = [
    [t("Luồng"), `${CODEC[codec] ?? (codec || "–")} ${width}×${height}`],
    [t("Hình/giây"), number(fps, 1)],
    ["kbit/s", number(rate, 0)],
    [t("Khung khoá"), gop ? `${number(gop, 1)} s` : "–"],
    [t("Giải mã"), MODE[mode] ?? "–"],
    [t("Đứng · nối lại / giờ"), `${camera.stalls_h ?? 0} · ${camera.reconnects_h ?? 0}`],
    [t("Gợi ý cỡ gói"), auc ? `${number(auc, 2)} ${trusted ? t("tin dùng") : t("không tin")}` : t("chưa đo")],
  ];
  return el("dl", { class: "figures" }, pairs.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

/** Pictures live longer than the cards around them, which are drawn anew with every figure. */
function picture(id) {
  if (!pictures.has(id)) pictures.set(id, { latest: new Latest(id), age: el("figcaption") });
  const { latest, age } = pictures.get(id);
  latest.refresh().then(() => replace(age, latest.takenAt ? ago(latest.takenAt) : t("chưa có ảnh")));
  return el("figure", { class: "camera-picture" }, latest.node, age);
}

for (const input of document.querySelectorAll("input[name=which]")) input.addEventListener("change", show);
mirror.on("cameras zones", show);
startDesk();
