// The head of every page behind the login: its numbers, STOP, and the word on the server.

import { showCounts } from "./counts.js";
import { byId, may, mirror, startDesk } from "./desk.js";
import { forgetAllDrafts } from "./draft.js";
import { showStopBar, tickOnAir } from "./stopbar.js";

const menu = document.querySelector("details.bar-person");

showCounts(mirror, may);
if (byId("stop")) showStopBar(mirror);
document.addEventListener("click", (event) => {
  if (!menu.contains(event.target)) menu.open = false;
});
menu.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
for (const form of menu.querySelectorAll("form[action='/logout']")) form.addEventListener("submit", forgetAllDrafts);
startDesk(tickOnAir);
for (const link of document.querySelectorAll(".tabs a[aria-current]")) link.scrollIntoView({ block: "nearest", inline: "center" });
