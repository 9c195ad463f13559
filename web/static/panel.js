// The panel: wires its views to the state, and shows the one that the address names.

import { doing, post, toast } from "./ask.js";
import { showBulletins, waitsFor } from "./bulletins.js";
import { Composer } from "./compose.js";
import { byId, may, mirror, role, startDesk } from "./desk.js";
import { icon } from "./elements.js";
import { showHorns } from "./horns.js";
import { showIncidents } from "./incidents.js";
import { showStopBar, tickOnAir } from "./stopbar.js";
import { showSystem } from "./system.js";
import { t } from "./texts.js";

const { tab } = document.body.dataset;
const FIRST_VIEW = { operator: "soan", leader: "ban-tin", duty: "truc-ban", technician: "loa" };

function showView() {
  const views = [...document.querySelectorAll(".view")];
  const wanted = location.hash.slice(1);
  const first = tab === "duty" ? "truc-ban" : FIRST_VIEW[role];
  const chosen = views.find((view) => view.id === `view-${wanted}`) ?? byId(`view-${first}`);
  for (const view of views) view.hidden = view !== chosen;
  for (const link of document.querySelectorAll(".tabs a")) {
    if (`view-${link.hash.slice(1)}` === chosen.id) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  window.scrollTo(0, 0);
}

function goTo(view) {
  location.hash = view;
}

function showBulletin(id) {
  goTo("ban-tin");
  const find = () => document.querySelector(`[data-bulletin="${id}"]`);
  setTimeout(() => find()?.focus({ preventScroll: false }), 400);
}

function testButton(horn) {
  if (!may("TestHorn")) return null;
  return doing([icon("play"), t("Thử loa")], { class: "secondary", disabled: !horn.online }, async () => {
    await post(`/api/horns/${encodeURIComponent(horn.id)}/test`);
    toast(t("Đã ra lệnh thử loa %(name)s: chờ loa báo kết quả.", { name: horn.name }));
  });
}

function takeButton(incident) {
  if (!may("TakeIncident")) return null;
  return doing([icon("hand"), t("Tôi nhận việc này")], { class: incident.state === "open" ? "primary take" : "secondary take" }, async () => {
    await post(`/api/incidents/${encodeURIComponent(incident.id)}/take`);
    toast(t("Đã ghi nhận: bạn đang xử lý sự cố này."));
  });
}

function count(id, number) {
  byId(id).hidden = number === 0;
  byId(id).textContent = number;
}

function countAll() {
  count("bulletin-count", (mirror.get("bulletins") ?? []).filter((one) => waitsFor(may, one)).length);
  const unheard = (one) => one.state === "ready" || one.state === "reapprove";
  count("template-count", may("ApproveTemplate") ? (mirror.get("templates") ?? []).filter(unheard).length : 0);
  count("incident-count", (mirror.get("incidents") ?? []).filter((one) => one.state === "open" && !one.taken_by).length);
  count("service-count", (mirror.get("services") ?? []).filter((one) => one.state === "down").length);
}

for (const link of document.querySelectorAll(".tabs a[data-needs]")) link.hidden = !may(link.dataset.needs);
const composer = new Composer(mirror, showBulletin);
const mend = (bulletin, same) => {
  goTo("soan");
  composer.reuse(bulletin, same);
};
showBulletins(byId("bulletins"), mirror, { may, user: document.body.dataset.user, mend });
showHorns(byId("horns"), mirror, testButton);
showIncidents(byId("incidents"), mirror, takeButton);
showStopBar(mirror);
showSystem(mirror);
mirror.on("bulletins incidents services templates", countAll);
window.addEventListener("hashchange", showView);
showView();
startDesk(tickOnAir);
