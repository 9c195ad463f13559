// The notices: hear, approve or return, air, and what the horns reported.

import { ago } from "./ages.js";
import { doing, post, toast, uuid } from "./ask.js";
import { el, icon, keyed } from "./elements.js";
import { player } from "./player.js";
import { BULLETIN, hamletNames, OUTCOME, PRIORITY } from "./words.js";

const MAY_AIR = new Set(["approved", "aired", "stopped", "dropped"]);
const QUIET = "giờ yên tĩnh"; // in the supervisor's refusal
const MAY_MEND = new Set(["unread", "failed", "returned", "draft", "ready", "approved", "reapprove"]);
const presses = new Map(); // bulletin -> id of a press that has not been answered yet
const heard = new Set(); // recordings that this person began to hear

/** Shows the bulletins in `parent`; `may(request)` tells the person's rights, `mend(bulletin)` opens it for writing. */
export function showBulletins(parent, mirror, may, mend) {
  const list = el("ol", { class: "bulletin-list" });
  const none = el("p", { class: "sheet muted" }, "Chưa có bản tin nào.");
  parent.replaceChildren(list, none);
  mirror.on("bulletins commune", () => {
    const bulletins = (mirror.get("bulletins") ?? []).map((one) => ({ ...one, where: hamletNames(one.hamlets, mirror.get("commune")) }));
    keyed(list, bulletins, (one) => card(one, may, mend));
    none.hidden = bulletins.length > 0;
  });
}

function card(bulletin, may, mend) {
  const node = el("li", { class: `sheet bulletin state-${bulletin.state} prio-${bulletin.priority}`, "data-bulletin": bulletin.id, tabindex: "-1" });
  node.append(
    el("header", {},
      el("span", { class: "chip prio" }, PRIORITY[bulletin.priority] ?? bulletin.priority),
      el("span", { class: "chip state" }, bulletin.state === "airing" ? icon("horn") : null, BULLETIN[bulletin.state] ?? bulletin.state),
      el("strong", { class: "where" }, bulletin.where)),
    el("p", { class: "bulletin-text" }, bulletin.text),
    el("p", { class: "muted by" }, people(bulletin), " · ", ago(bulletin.made_at_ms)));
  if (bulletin.signed_off_by === "") node.append(el("p", { class: "comment" }, icon("moderate"), "Phát từ mẫu tin: chờ lãnh đạo ký xác nhận."));
  if (bulletin.repeats_left > 0) node.append(el("p", { class: "muted" }, `Còn nhắc lại ${bulletin.repeats_left} lần. DỪNG thì thôi nhắc.`));
  if (bulletin.comment) node.append(el("p", { class: "comment" }, icon("back"), bulletin.comment));
  const reported = reports(bulletin);
  if (reported) node.append(reported);
  node.append(actions(bulletin, may, mend));
  return node;
}

function people({ author, approver, signed_off_by: signed }) {
  return [author ? `${author} soạn` : "", approver ? `${approver} duyệt` : "", signed ? `${signed} ký xác nhận` : ""].filter(Boolean).join(" · ");
}

function reports({ reports: counts }) {
  const entries = Object.entries(counts ?? {}).filter(([, count]) => count > 0);
  if (entries.length === 0) return null;
  return el("p", { class: "reports" }, entries.map(([outcome, count]) =>
    el("span", { class: outcome === "PLAYED" ? "ok" : "bad" }, icon(outcome === "PLAYED" ? "check" : "cross"), `${count} loa ${OUTCOME[outcome] ?? outcome}`)));
}

function actions(bulletin, may, mend) {
  const row = el("div", { class: "actions" });
  if (bulletin.clips.length > 0) row.append(player(bulletin.clips, bulletin.ms, () => hear(bulletin, row)));
  if (bulletin.state === "draft" && may("SubmitBulletin")) row.append(submitting(bulletin));
  if (bulletin.signed_off_by === "" && may("SignOff")) row.append(signing(bulletin));
  if (bulletin.state === "ready" && may("ApproveBulletin")) row.append(...judging(bulletin, row));
  if (MAY_AIR.has(bulletin.state) && may("AirBulletin")) row.append(airing(bulletin));
  if (may("ChangeBulletin") && MAY_MEND.has(bulletin.state) && !bulletin.template) {
    row.append(el("button", { type: "button", class: "secondary", onclick: () => mend(bulletin, true) }, icon("pen"), "Sửa"));
  }
  if (may("DraftBulletin") && !bulletin.template) {
    row.append(el("button", { type: "button", class: "quiet", onclick: () => mend(bulletin, false) }, icon("list"), "Chép lại thành tin mới"));
  }
  return row;
}

function submitting(bulletin) {
  return doing([icon("check"), "Gửi duyệt"], { class: "primary" }, async () => {
    await post(`/api/bulletins/${bulletin.id}/submit`);
    toast("Đã gửi lãnh đạo duyệt.");
  });
}

function signing(bulletin) {
  return doing([icon("check"), "Ký xác nhận đã nghe"], { class: "primary" }, async () => {
    await post(`/api/bulletins/${bulletin.id}/sign-off`);
    toast("Đã ký xác nhận.");
  });
}

function hear(bulletin, row) {
  heard.add(bulletin.clips.join());
  const button = row.querySelector(".approve");
  if (button) button.disabled = false;
  row.querySelector(".hear-first")?.remove();
}

function judging(bulletin, row) {
  const approve = doing([icon("check"), "Duyệt"], { class: "primary approve" }, async () => {
    await post(`/api/bulletins/${bulletin.id}/approve`, { clips: bulletin.clips });
    toast("Đã duyệt. Đúng bản ghi này sẽ phát ra loa.");
  });
  const back = el("button", { type: "button", class: "secondary", onclick: () => askComment(bulletin, row, back) }, icon("back"), "Trả lại");
  if (heard.has(bulletin.clips.join())) return [approve, back];
  approve.disabled = true;
  return [approve, back, el("span", { class: "muted hear-first" }, "Nghe trước rồi mới duyệt được.")];
}

function askComment(bulletin, row, button) {
  button.disabled = true;
  const words = el("input", { maxlength: 500, required: true, "aria-label": "Lý do trả lại", placeholder: "Cần sửa gì?" });
  const send = doing("Gửi trả lại", { class: "secondary" }, async () => {
    if (!words.value.trim()) return words.focus();
    await post(`/api/bulletins/${bulletin.id}/return`, { comment: words.value.trim() });
    toast("Đã trả lại cho người soạn.");
  });
  words.addEventListener("keydown", (event) => event.key === "Enter" && send.click());
  row.append(el("div", { class: "comment-form" }, words, send));
  words.focus();
}

function airing(bulletin) {
  const label = bulletin.state === "approved" ? "PHÁT" : "Phát lại";
  const button = doing([icon("horn"), label], { class: bulletin.state === "approved" ? "primary air" : "secondary air" }, async () => {
    try {
      await air(bulletin, false);
    } catch (error) {
      if (error.message.includes(QUIET) && document.body.dataset.role === "leader") button.replaceWith(atNight(bulletin));
      throw error;
    }
  });
  return button;
}

/** Only a leader may break the quiet hours, with a second press. */
function atNight(bulletin) {
  return doing([icon("horn"), "Vẫn phát lúc này"], { class: "primary air" }, () => air(bulletin, true));
}

async function air(bulletin, night) {
  const press = presses.get(bulletin.id) ?? uuid(); // the same press until it is answered: never aired twice
  presses.set(bulletin.id, press);
  await post(`/api/bulletins/${bulletin.id}/air`, { press, at_night: night });
  presses.delete(bulletin.id);
  toast("Đã nhận lệnh phát.");
}
