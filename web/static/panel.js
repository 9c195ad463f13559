// The panel: wires its views to the state, and shows the one that the address names.

import { doing, post, toast } from "./ask.js";
import { showBulletins } from "./bulletins.js";
import { Composer } from "./compose.js";
import { byId, may, mirror, role } from "./desk.js";
import { icon } from "./elements.js";
import { offerMap } from "./hamletmap.js";
import { showHorns } from "./horns.js";
import { showCalmBoard } from "./calmboard.js";
import { showIncidents } from "./incidents.js";
import { showSystem } from "./system.js";
import { t } from "./texts.js";

const { tab } = document.body.dataset;
const FIRST_VIEW = { operator: "soan", leader: "ban-tin", duty: "truc-ban", technician: "loa", admin: "he-thong", viewer: "truc-ban" };

function showView() {
  const views = [...document.querySelectorAll(".view")];
  const wanted = location.hash.slice(1);
  const first = tab === "duty" ? "truc-ban" : FIRST_VIEW[role];
  const chosen = views.find((view) => view.id === `view-${wanted}`) ?? byId(`view-${first}`);
  for (const view of views) view.hidden = view !== chosen;
  const part = markTabs(chosen.id);
  for (const link of document.querySelectorAll(".bar-parts a")) mark(link, link.dataset.part === part, "true");
  window.scrollTo(0, 0);
}

/** Shows the tabs of the part that has this view; its name is returned. */
function markTabs(id) {
  let part = "";
  for (const tabs of document.querySelectorAll(".tabs")) {
    const links = [...tabs.querySelectorAll("a")];
    const own = links.filter((link) => link.pathname === location.pathname && link.hash && `view-${link.hash.slice(1)}` === id);
    for (const link of links) mark(link, own.includes(link), "page");
    tabs.hidden = own.length === 0;
    if (!tabs.hidden) part = tabs.dataset.part;
  }
  return part;
}

function mark(link, isHere, kind) {
  if (isHere) link.setAttribute("aria-current", kind);
  else link.removeAttribute("aria-current");
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

for (const node of document.querySelectorAll("main [data-needs]")) node.hidden = !may(node.dataset.needs);
const composer = new Composer(mirror, showBulletin);
const mend = (bulletin, same) => {
  goTo("soan");
  composer.reuse(bulletin, same);
};
showBulletins(byId("bulletins"), mirror, { may, user: document.body.dataset.user, mend });
showHorns(byId("horns"), mirror, testButton);
offerMap(byId("map-pick"), byId("hamlets"), mirror);
showIncidents(byId("incidents"), mirror, takeButton);
showCalmBoard(byId("incidents"), mirror);
showSystem(mirror);
window.addEventListener("hashchange", showView);
showView();
