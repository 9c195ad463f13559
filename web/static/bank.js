// Recording the voice bank: one prompt after the other, by keyboard, and nothing is kept that the box did not check.

import { get, post, run, toast } from "./ask.js";
import { bring } from "./bringing.js";
import { byId, startDesk } from "./desk.js";
import { el, icon, keyed, replace } from "./elements.js";
import { Recorder } from "./recorder.js";
import { t } from "./texts.js";

const KEEP_MS = 45000;
const TRY_MS = 65000;
const LOUD_DB = -3;
const SOFT_DB = -30;

let prompts = [];
let at = 0;
let taken = null; // { key, blob } that waits for "Nhận"
let sending = false;
let note = ""; // what was wrong with the last one
let loudest = -60; // while it was recorded

const recorder = new Recorder(showLevel);
const here = () => prompts[at];

function showLevel(db) {
  const level = byId("level");
  level.style.setProperty("--level", (db + 60) / 60);
  level.setAttribute("aria-valuenow", Math.round(db));
  level.classList.toggle("loud", db > LOUD_DB);
  if (recorder.recording) loudest = Math.max(loudest, db);
}

function draw() {
  const prompt = here();
  if (!prompt) return;
  const kept = prompts.filter((one) => one.recorded).length;
  replace(byId("group"), prompt.group);
  replace(byId("count"), el("strong", {}, `${kept}/${prompts.length}`), ` ${t("lời đã thu")}`);
  byId("progress").value = kept / prompts.length;
  const words = byId("words");
  replace(words, prompt.words);
  words.classList.toggle("long", prompt.words.length > 14);
  words.classList.toggle("longest", prompt.words.length > 40);
  drawState(prompt);
  drawButtons(prompt);
  drawList();
}

function drawState(prompt) {
  const [kind, words] = stateOf(prompt);
  byId("state").className = `booth-state ${kind}`;
  replace(byId("state"), words);
}

function stateOf(prompt) {
  if (recorder.recording) return ["on", t("Đang thu: hãy đọc rõ lời trên, rồi bấm dừng.")];
  if (sending) return ["", t("Đang kiểm tra bản thu…")];
  if (note) return ["bad", note];
  if (taken) return loudest < SOFT_DB ? ["warn", t("Tiếng hơi nhỏ: nghe lại, rồi nhận hoặc thu lại gần micrô hơn.")] : ["", t("Nghe lại nếu muốn, rồi bấm Nhận hoặc thu lại.")];
  if (!prompt.recorded) return ["", t("Chưa thu.")];
  return ["ok", t("Đã thu %(prompt)s giây, %(by_user)s, %(made_at_ms)s.", { prompt: (prompt.recorded.ms / 1000).toFixed(1).replace(".", ","), by_user: prompt.recorded.by_user, made_at_ms: dateOf(prompt.recorded.made_at_ms) })];
}

const dateOf = (ms) => new Date(ms).toLocaleDateString("vi-VN", { day: "numeric", month: "numeric", year: "numeric" });

function drawButtons(prompt) {
  byId("booth").classList.toggle("recording", recorder.recording);
  replace(byId("record-word"), recorder.recording ? t("Dừng") : taken || prompt.recorded ? t("Thu lại") : t("Thu"));
  byId("record").disabled = sending || Recorder.trouble() !== "";
  byId("hear").disabled = recorder.recording || (!taken && !prompt.recorded);
  byId("accept").disabled = recorder.recording || sending || !taken;
  byId("back").disabled = recorder.recording || sending || at === 0;
  byId("next").disabled = recorder.recording || sending || at === prompts.length - 1;
  byId("file").disabled = recorder.recording || sending;
}

function drawList() {
  const missing = byId("only-missing").checked;
  const groups = [...new Set(prompts.map((one) => one.group))].map((name) => {
    const mine = prompts.filter((one) => one.group === name);
    const shown = mine.filter((one) => !missing || !one.recorded || one === here());
    return { name, kept: mine.filter((one) => one.recorded).length, all: mine.length, shown: shown.map((one) => [one.words, Boolean(one.recorded), one === here(), one.key]) };
  });
  keyed(byId("list"), groups.filter((group) => group.shown.length > 0), drawGroup, (group) => group.name);
}

function drawGroup({ name, kept, all, shown }) {
  return el("section", {}, el("h3", {}, name, el("small", {}, ` ${kept}/${all}`)),
    el("ul", {}, shown.map(([words, done, now, key]) =>
      el("li", {}, el("button", { type: "button", class: done ? "prompt done" : "prompt", "aria-current": now ? "true" : null, onclick: () => pick(key) },
        done ? icon("check", t("đã thu")) : null, words)))));
}

function goTo(index) {
  if (recorder.recording || sending || index < 0 || index >= prompts.length) return;
  byId("player").pause();
  at = index;
  taken = null;
  note = "";
  draw();
  const now = byId("list").querySelector('[aria-current="true"]');
  const frame = byId("list");
  if (now && (now.offsetTop < frame.scrollTop || now.offsetTop > frame.scrollTop + frame.clientHeight - 40)) frame.scrollTop = now.offsetTop - frame.clientHeight / 2;
}

function pick(key) {
  goTo(prompts.findIndex((one) => one.key === key));
  byId("booth").scrollIntoView({ block: "nearest" });
}

/** The next prompt that nobody recorded, after this one and then from the begin. */
function goOn() {
  const order = [...prompts.keys()].map((step) => (at + 1 + step) % prompts.length);
  const next = order.find((index) => !prompts[index].recorded);
  if (next === undefined) toast(t("Đã thu đủ mọi lời. Hãy nghe thử vài câu ở bên cạnh."));
  goTo(next ?? Math.min(at + 1, prompts.length - 1));
}

async function toggle() {
  if (sending || Recorder.trouble()) return;
  if (recorder.recording) return void recorder.stop();
  byId("player").pause();
  note = "";
  loudest = -60;
  try {
    const { key } = here();
    await recorder.open();
    const done = recorder.start();
    await Promise.resolve();
    draw();
    taken = { key, blob: await done };
    hear();
  } catch (error) {
    note = error.message;
  }
  draw();
}

function hear() {
  const player = byId("player");
  if (player.src.startsWith("blob:")) URL.revokeObjectURL(player.src);
  player.src = taken ? URL.createObjectURL(taken.blob) : `/bank/${here().recorded.sha256}.wav`;
  player.play().catch(() => {}); // a browser that wants a press first still shows "Nghe lại"
}

async function accept() {
  if (!taken || sending) return;
  const { key, blob } = taken;
  const prompt = prompts.find((one) => one.key === key);
  sending = true;
  byId("player").pause();
  draw();
  try {
    const upload = await bring(blob);
    prompt.recorded = (await post(`/api/bank/${key}`, { upload }, AbortSignal.timeout(KEEP_MS))).recorded;
    taken = null;
  } catch (error) {
    note = error.message;
  }
  sending = false;
  if (note) draw();
  else goOn();
}

function choose(event) {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  taken = { key: here().key, blob: file };
  note = "";
  loudest = 0;
  hear();
  draw();
}

async function tryOut(event) {
  event.preventDefault();
  const text = byId("try-text").value.trim();
  if (!text) return;
  await run(event.submitter ?? byId("try").querySelector("button"), async () => {
    const made = await post("/api/bank/try", { text }, AbortSignal.timeout(TRY_MS));
    replace(byId("try-note"), made.why_not ? el("span", { class: "warn" }, t("%(why_not)s Máy đọc câu này bằng giọng %(voice)s.", { why_not: made.why_not, voice: made.voice })) : el("span", { class: "ok" }, t("Đọc trọn câu bằng giọng của xã.")));
    byId("player").src = `/clips/${made.clip}.opus`;
    await byId("player").play();
  });
}

const KEYS = {
  " ": toggle,
  Enter: accept,
  ArrowLeft: () => goTo(at - 1),
  ArrowRight: () => goTo(at + 1),
  p: () => byId("hear").disabled || hear(),
};

function isForUs(event) {
  const typing = event.target.matches("textarea, input:not([type=checkbox]), select");
  const pressing = event.key === "Enter" && event.target.matches("button:not(#record), a") && !taken;
  return event.key in KEYS && !typing && !pressing && !event.ctrlKey && !event.altKey && !event.metaKey;
}

document.addEventListener("keydown", (event) => {
  if (!isForUs(event)) return;
  event.preventDefault();
  if (!event.repeat || event.key.startsWith("Arrow")) KEYS[event.key]();
});
document.addEventListener("keyup", (event) => isForUs(event) && event.preventDefault()); // a button is pressed by the key that comes up

byId("record").addEventListener("click", toggle);
byId("hear").addEventListener("click", hear);
byId("accept").addEventListener("click", accept);
byId("back").addEventListener("click", () => goTo(at - 1));
byId("next").addEventListener("click", () => goTo(at + 1));
byId("file").addEventListener("change", choose);
byId("try").addEventListener("submit", tryOut);
byId("only-missing").addEventListener("change", draw);
window.addEventListener("pagehide", () => recorder.close());
byId("no-microphone").hidden = Recorder.trouble() === "";
replace(byId("no-microphone-words"), Recorder.trouble());

try {
  ({ prompts } = await get("/api/bank"));
  goTo(Math.max(0, prompts.findIndex((one) => !one.recorded)));
} catch (error) {
  toast(error.message, "bad");
}
startDesk();
