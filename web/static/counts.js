// The numbers beside the pages' names: what waits for this person, and what is broken.

import { waitsFor } from "./waiting.js";

/** Keeps every `data-count` true. */
export function showCounts(mirror, may) {
  mirror.on("bulletins incidents services templates", () => {
    const all = counted(mirror, may);
    for (const node of document.querySelectorAll("[data-count]")) {
      const number = all[node.dataset.count] ?? 0;
      node.hidden = number === 0;
      node.textContent = number;
    }
  });
}

function counted(mirror, may) {
  const many = (section, wanted) => (mirror.get(section) ?? []).filter(wanted).length;
  return {
    bulletins: many("bulletins", (one) => waitsFor(may, one)),
    templates: may("ApproveTemplate") ? many("templates", ({ state }) => state === "ready" || state === "reapprove") : 0,
    incidents: many("incidents", (one) => one.state === "open" && !one.taken_by),
    services: many("services", (one) => one.state === "down"),
  };
}
