// The commune's abbreviations: shows the table, tries an entry on a sentence while one types, adds it, takes it out.

import { doing, get, post, run, toast } from "./ask.js";
import { keepDraft } from "./draft.js";
import { el, replace } from "./elements.js";
import { showSpoken, showUnread } from "./reading.js";
import { t } from "./texts.js";

const PAUSE_MS = 300;
const KEPT = "mo-lang-draft";
const SCOPE = { as_written: t("đúng như đã viết"), any_case: t("hoa thường như nhau"), before_number: t("chỉ trước con số") };
const byId = (id) => document.getElementById(id);
const rights = document.body.dataset.rights.split(" ");
const form = byId("entry");
let typing = 0;
let question = null;

const field = (name) => form.elements[name].value.trim();
const entry = () => ({ written: field("written"), spoken: field("spoken"), scope: field("scope") });

function show({ rows }) {
  byId("empty").hidden = rows.length > 0;
  replace(byId("table"), rows.map(row));
}

function row(one) {
  const when = new Date(one.changed_at_ms).toLocaleDateString("vi-VN");
  const instead = one.ours && one.ours !== one.spoken ? ` · thay cho “${one.ours}”` : "";
  return el("li", { class: "sheet short-row", "data-written": one.written },
    el("strong", {}, one.written),
    el("span", {}, one.spoken, el("br"), el("small", {}, `${SCOPE[one.scope]} · ${one.by_user}, ${when}${instead}`)),
    rights.includes("RemoveAbbreviation") ? removal(one) : null);
}

function removal(one) {
  const sure = doing(t("Xoá thật"), { class: "secondary", hidden: true }, async () => {
    show(await post("/api/abbreviations/remove", { written: one.written, scope: one.scope }));
    toast(t("Đã xoá “%(written)s”. Từ nay máy đọc theo cách có sẵn, hoặc báo chưa biết đọc.", { written: one.written }));
  });
  const ask = el("button", { type: "button", class: "quiet", onclick: () => { ask.hidden = true; sure.hidden = false; sure.focus(); } }, t("Xoá"));
  return el("div", {}, ask, sure);
}

function changed() {
  byId("save").disabled = true;
  question?.abort();
  clearTimeout(typing);
  typing = setTimeout(tryIt, PAUSE_MS);
}

async function tryIt() {
  const { written, spoken } = entry();
  if (!written || !spoken) return shown(null, "");
  question = new AbortController();
  const { signal } = question;
  try {
    const reading = await post("/api/abbreviations/try", { ...entry(), text: field("text") || written }, signal);
    if (!signal.aborted) shown(reading, "");
  } catch (error) {
    if (error.name !== "AbortError") shown(null, error.message);
  }
}

function shown(reading, problem) {
  byId("problem").textContent = problem;
  byId("save").disabled = reading === null;
  byId("ours").textContent = reading?.ours && reading.ours !== field("spoken") ? t("Máy vốn đọc là “%(ours)s”; ghi vào bảng thì thay cách đọc ấy, kể cả trong tin khẩn cấp.", { ours: reading.ours }) : "";
  replace(byId("unread"));
  replace(byId("spoken"));
  if (reading === null) return;
  showSpoken(byId("spoken"), reading);
  showUnread(byId("unread"), { ...reading, unread: reading.unread.map((one) => ({ ...one, suggestions: [] })) }, () => {});
}

keepDraft(form, "abbreviation");
form.addEventListener("input", changed);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { written } = entry();
  run(byId("save"), async () => {
    show(await post("/api/abbreviations", entry()));
    toast(t("Đã ghi “%(written)s” vào bảng.", { written }));
    form.reset();
    shown(null, "");
  }).then(() => { byId("save").disabled = field("written") === ""; });
});

/** An unread token of the notice that is being written comes in the address; its notice waits in this tab. */
function begin() {
  form.hidden = !rights.includes("SetAbbreviation");
  const written = new URLSearchParams(location.search).get("written");
  if (!written) return;
  form.elements.written.value = written;
  form.elements.text.value = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}").text?.slice(0, 2000) ?? "";
  form.elements.spoken.focus();
}

begin();
get("/api/abbreviations").then(show, (error) => toast(error.message, "bad"));
