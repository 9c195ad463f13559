// One notice: what it says, who answers for it, what the horns reported, and what this person may do with it.

import { ago, hourMinute } from "./ages.js";
import { doing, post, toast, uuid } from "./ask.js";
import { el, icon } from "./elements.js";
import { player } from "./player.js";
import { t } from "./texts.js";
import { BULLETIN, isSameName, OUTCOME, PRIORITY } from "./words.js";

const MAY_AIR = new Set(["approved", "aired", "stopped", "dropped"]);
const MAY_MEND = new Set(["unread", "failed", "returned", "draft", "ready", "approved", "reapprove"]);
const SPEAK_AGAIN = new Set(["reapprove", "failed"]);
const QUIET = "giờ yên tĩnh"; // kept as written: it stands in the supervisor's refusal
const SURE_MS = 6000; // so long a first press waits for its second
const presses = new Map(); // bulletin -> id of a press that has not been answered yet
const heard = new Set(); // seals of what this person began to hear

/** A card; `desk` is {may(request), user, mend(bulletin, same)}. */
export function card(bulletin, desk) {
  const node = el("li", { class: `sheet bulletin state-${bulletin.state} prio-${bulletin.priority}`, "data-bulletin": bulletin.id, tabindex: "-1" });
  node.append(
    el("header", {},
      el("span", { class: "chip prio" }, PRIORITY[bulletin.priority] ?? bulletin.priority),
      el("span", { class: "chip state" }, bulletin.state === "airing" ? icon("horn") : null, BULLETIN[bulletin.state] ?? bulletin.state),
      bulletin.template ? el("span", { class: "chip" }, t("Từ mẫu tin")) : null,
      el("strong", { class: "where" }, bulletin.where)),
    el("p", { class: "bulletin-text" }, bulletin.text),
    spokenWords(bulletin),
    el("p", { class: "muted by" }, people(bulletin), " · ", ago(bulletin.made_at_ms)));
  if (bulletin.signed_off_by === "") node.append(el("p", { class: "notice" }, icon("moderate"), t("Đã phát từ mẫu tin, chờ lãnh đạo nghe lại và ký xác nhận.")));
  if (bulletin.repeats_left > 0) node.append(el("p", { class: "muted" }, repeats(bulletin)));
  if (bulletin.comment) node.append(el("p", { class: "comment" }, icon("back"), bulletin.comment));
  const reported = reports(bulletin);
  if (reported) node.append(reported);
  node.append(actions(bulletin, desk));
  return node;
}

/** Whoever approves reads what will sound, not what was written: "7h30" may be read in more than one way. */
function spokenWords({ state, text, spoken }) {
  if (state !== "ready" || !spoken || spoken.trim().toLowerCase() === text.trim().toLowerCase()) return "";
  return el("p", { class: "bulletin-spoken" }, icon("horn"), el("span", {}, el("strong", {}, t("Loa sẽ đọc:")), ` ${spoken}`));
}

function people({ author, writers = [], approver, signed_off_by: signed }) {
  const others = writers.filter((name) => name !== author);
  const parts = [author && t("%(author)s soạn", { author }), ...others.map((name) => t("%(name)s sửa", { name })), approver && t("%(approver)s duyệt", { approver }), signed && t("%(signed)s ký xác nhận", { signed })];
  return parts.filter(Boolean).join(" · ");
}

function repeats({ repeats_left: left, next_at_ms: next }) {
  return t("Còn nhắc lại %(left)s lần%(next)s. Bấm DỪNG thì thôi nhắc.", { left, next: next ? t(", lần tới lúc %(next)s", { next: hourMinute(next) }) : "" });
}

function reports({ reports: counts }) {
  const entries = Object.entries(counts ?? {}).filter(([, count]) => count > 0);
  if (entries.length === 0) return null;
  return el("p", { class: "reports" }, entries.map(([outcome, count]) =>
    el("span", { class: outcome === "PLAYED" ? "ok" : "bad" }, icon(outcome === "PLAYED" ? "check" : "cross"), `${count} loa ${OUTCOME[outcome] ?? outcome}`)));
}

function actions(bulletin, desk) {
  const { may } = desk;
  const row = el("div", { class: "actions" });
  if (bulletin.clips.length > 0 && bulletin.state !== "reapprove") row.append(player(bulletin.clips, bulletin.ms, () => hear(bulletin, row)));
  if (bulletin.state === "draft" && may("SubmitBulletin")) row.append(submitting(bulletin, t("Gửi duyệt"), t("Đã gửi lãnh đạo duyệt.")));
  if (SPEAK_AGAIN.has(bulletin.state) && may("SubmitBulletin")) row.append(submitting(bulletin, t("Đọc lại để duyệt"), t("Máy đang đọc lại. Nghe rồi duyệt lại.")));
  if (bulletin.signed_off_by === "" && may("SignOff")) row.append(signing(bulletin, desk));
  if (bulletin.state === "ready" && may("ApproveBulletin")) row.append(...judging(bulletin, row, desk));
  if (MAY_AIR.has(bulletin.state) && may("AirBulletin")) row.append(airing(bulletin));
  row.append(...writing(bulletin, desk));
  return row;
}

function writing(bulletin, { may, mend }) {
  const ways = [];
  if (may("ChangeBulletin") && MAY_MEND.has(bulletin.state) && !bulletin.template) {
    ways.push(el("button", { type: "button", class: "secondary", onclick: () => mend(bulletin, true) }, icon("pen"), t("Sửa")));
  }
  if (may("DraftBulletin") && !bulletin.template) {
    ways.push(el("button", { type: "button", class: "quiet copy-notice", onclick: () => mend(bulletin, false) }, icon("copy"), t("Chép lại")));
  }
  if (may("AddProgramme") && MAY_AIR.has(bulletin.state)) {
    ways.push(el("a", { class: "secondary", href: `/calendar#plan/${bulletin.id}` }, icon("calendar"), t("Xếp lịch")));
  }
  return ways;
}

function submitting(bulletin, label, done) {
  return doing([icon("check"), label], { class: "primary" }, async () => {
    await post(`/api/bulletins/${bulletin.id}/submit`);
    toast(done);
  });
}

function signing(bulletin, { user }) {
  if (isSameName(bulletin.author, user)) return el("span", { class: "muted" }, t("Bạn đã phát tin này, nên người khác ký xác nhận."));
  return doing([icon("check"), t("Ký xác nhận")], { class: "primary sign" }, async () => {
    await post(`/api/bulletins/${bulletin.id}/sign-off`);
    toast(t("Đã ký xác nhận."));
  });
}

function hear(bulletin, row) {
  heard.add(bulletin.seal);
  const button = row.querySelector(".approve");
  if (button) button.disabled = false;
  row.querySelector(".hear-first")?.remove();
}

function judging(bulletin, row, { user }) {
  const back = el("button", { type: "button", class: "secondary", onclick: () => askComment(bulletin, row, back) }, icon("back"), t("Trả lại"));
  if ((bulletin.writers ?? [bulletin.author]).some((name) => isSameName(name, user))) {
    return [back, el("span", { class: "muted" }, t("Bạn có soạn hoặc sửa tin này, nên người khác phải duyệt."))];
  }
  const approve = doing([icon("check"), t("Duyệt")], { class: "primary approve" }, async () => {
    await post(`/api/bulletins/${bulletin.id}/approve`, { seal: bulletin.seal });
    toast(t("Đã duyệt. Đúng bản ghi này sẽ phát ra loa."));
  });
  if (heard.has(bulletin.seal)) return [approve, back];
  approve.disabled = true;
  return [approve, back, el("span", { class: "muted hear-first" }, t("Nghe trước rồi mới duyệt được."))];
}

function askComment(bulletin, row, button) {
  button.disabled = true;
  const words = el("input", { maxlength: 500, required: true, "aria-label": t("Lý do trả lại"), placeholder: t("Cần sửa gì?") });
  const send = doing(t("Gửi trả lại"), { class: "secondary" }, async () => {
    if (!words.value.trim()) return words.focus();
    await post(`/api/bulletins/${bulletin.id}/return`, { comment: words.value.trim() });
    toast(t("Đã trả lại cho người soạn."));
  });
  const stay = el("button", { type: "button", class: "quiet", onclick: () => { form.remove(); button.disabled = false; button.focus(); } }, t("Thôi"));
  const form = el("div", { class: "comment-form" }, words, send, stay);
  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter") send.click();
    if (event.key === "Escape") stay.click();
  });
  row.append(form);
  words.focus();
}

/** Sound cannot be taken back: the first press says where it will sound, the second lets it. */
function airing(bulletin) {
  const first = bulletin.state === "approved";
  const label = [icon("horn"), first ? t("PHÁT") : t("Phát lại")];
  let sure = false;
  const button = doing(label, { class: `${first ? "primary" : "secondary"} air` }, async () => {
    if (!sure) return ask();
    calm();
    try {
      await air(bulletin, false);
    } catch (error) {
      if (error.message.includes(QUIET) && document.body.dataset.role === "leader") button.replaceWith(atNight(bulletin));
      throw error;
    }
  });
  const ask = () => {
    sure = true;
    button.classList.add("sure");
    button.replaceChildren(icon("horn"), t("Bấm lần nữa: phát ra %(where)s", { where: bulletin.where }));
    setTimeout(calm, SURE_MS);
  };
  const calm = () => {
    sure = false;
    button.classList.remove("sure");
    button.replaceChildren(icon("horn"), first ? t("PHÁT") : t("Phát lại"));
  };
  return button;
}

/** Only a leader may break the quiet hours, with one press more. */
function atNight(bulletin) {
  return doing([icon("horn"), t("Vẫn phát lúc này")], { class: "primary air" }, () => air(bulletin, true));
}

async function air(bulletin, night) {
  const press = presses.get(bulletin.id) ?? uuid(); // the same press until it is answered: never aired twice
  presses.set(bulletin.id, press);
  await post(`/api/bulletins/${bulletin.id}/air`, { press, at_night: night });
  presses.delete(bulletin.id);
  toast(t("Đã nhận lệnh phát."));
}
