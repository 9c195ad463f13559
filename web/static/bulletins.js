// The notices by what is to be done with them; what waits for this person comes first.

import { agoWords, serverNow } from "./ages.js";
import { card } from "./bulletincard.js";
import { el, icon, keyed, replace } from "./elements.js";
import { t } from "./texts.js";
import { waitsFor } from "./waiting.js";
import { hamletNames } from "./words.js";

const KEPT = "mo-lang-shelf";
const LATE_MS = 24 * 3_600_000; // a signature that is still due after a day is told loudly
const WRITING = ["rendering", "unread", "failed", "draft", "returned", "reapprove"];
const SHELVES = [
  ["all", t("Tất cả"), () => true],
  ["writing", t("Đang soạn, cần sửa"), (one) => WRITING.includes(one.state)],
  ["ready", t("Chờ duyệt"), (one) => one.state === "ready"],
  ["approved", t("Sẵn sàng, đang phát"), (one) => ["approved", "queued", "airing"].includes(one.state)],
  ["aired", t("Đã phát"), (one) => ["aired", "stopped", "dropped"].includes(one.state)],
  ["sign", t("Chờ ký xác nhận"), (one) => one.signed_off_by === ""],
];

/** Shows the bulletins in `parent`; `desk` is {may(request), user, mend(bulletin, same)}. */
export function showBulletins(parent, mirror, desk) {
  let shelf = sessionStorage.getItem(KEPT) ?? "all";
  const reminder = el("div", { class: "reminder", role: "status" });
  const pills = el("div", { class: "shelves", role: "group", "aria-label": t("Chọn bản tin theo việc cần làm") });
  const list = el("ol", { class: "bulletin-list" });
  const none = el("p", { class: "sheet empty" }, t("Đang tải các bản tin…"));
  parent.replaceChildren(reminder, pills, none, list);

  const choose = (name) => {
    shelf = name;
    sessionStorage.setItem(KEPT, name);
    draw();
  };
  const draw = () => {
    const all = mirror.get("bulletins");
    if (all === undefined) return;
    const named = all.map((one) => ({ ...one, where: hamletNames(one.hamlets, mirror.get("commune")) }));
    const [, , belongs] = SHELVES.find(([name]) => name === shelf) ?? SHELVES[0];
    const shown = named.filter(belongs);
    shown.sort((a, b) => Number(waitsFor(desk.may, b)) - Number(waitsFor(desk.may, a))); // stable: else the newest first
    keyed(list, shown, (one) => card(one, desk));
    drawPills(pills, named, shelf, choose);
    drawReminder(reminder, named, desk.may, choose);
    none.hidden = shown.length > 0;
    none.textContent = all.length === 0 ? t("Chưa có bản tin nào. Bấm “Soạn tin” để viết bản tin đầu tiên.") : t("Không có bản tin nào ở mục này.");
  };
  mirror.on("bulletins commune", draw);
}

function drawPills(parent, all, chosen, choose) {
  const focused = parent.contains(document.activeElement) ? document.activeElement.value : null;
  replace(parent, SHELVES.map(([name, words, belongs]) => {
    const count = all.filter(belongs).length;
    return el("button", { type: "button", class: "quick", value: name, "aria-pressed": String(name === chosen), onclick: () => choose(name) }, words, el("b", {}, count));
  }));
  if (focused) parent.querySelector(`[value="${focused}"]`)?.focus();
}

/** What waits for a leader is said in whole sentences until it is done. */
function drawReminder(parent, all, may, choose) {
  const lines = [];
  const ready = all.filter((one) => one.state === "ready");
  const unsigned = all.filter((one) => one.signed_off_by === "");
  if (may("ApproveBulletin") && ready.length > 0) lines.push(line("ready", t("%(ready)s bản tin chờ bạn nghe và duyệt.", { ready: ready.length }), false));
  if (unsigned.length > 0) {
    const oldest = Math.min(...unsigned.map((one) => one.made_at_ms));
    const late = serverNow() - oldest > LATE_MS;
    const who = may("SignOff") ? t("chờ bạn ký xác nhận") : t("chờ lãnh đạo ký xác nhận");
    lines.push(line("sign", t("%(unsigned)s bản tin phát từ mẫu %(who)s; tin cũ nhất phát %(oldest)s.", { unsigned: unsigned.length, who, oldest: agoWords(oldest) }), late));
  }
  replace(parent, lines);

  function line(shelf, words, late) {
    return el("p", { class: late ? "late" : "" }, icon("moderate"), el("span", {}, words), el("button", { type: "button", class: "quiet", onclick: () => choose(shelf) }, t("Xem")));
  }
}
