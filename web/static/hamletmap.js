// Hamlets of a notice chosen on the map: the same check boxes as the list, by pointer or by keyboard.

import { showMap } from "./map.js";

const LOOK_MS = 500; // boxes are set by templates and drafts, too, and those tell nobody

/** Draws the map in `details` when it is opened first; `boxes` is the place of the check boxes of hamlets. */
export function offerMap(details, boxes, mirror) {
  const place = details.querySelector("div");
  let map = null;
  const choose = (hamlet) => boxOf(boxes, hamlet)?.click();
  const mark = () => details.open && map?.show([...boxes.querySelectorAll("input:checked")].map((box) => box.value));
  details.addEventListener("toggle", async () => {
    if (details.open && !map) map = await showMap(place, mirror, { pick: choose });
    mark();
  });
  boxes.closest("fieldset").addEventListener("change", mark);
  setInterval(mark, LOOK_MS);
}

function boxOf(boxes, hamlet) {
  return [...boxes.querySelectorAll("input")].find((box) => box.value === hamlet);
}
