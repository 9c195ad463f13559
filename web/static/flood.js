// The page of the water: one press stops, a number is written down, levels and drills ask once more.

import { post, run, uuid } from "./ask.js";
import { may, mirror } from "./desk.js";
import { keepDraft } from "./draft.js";
import { t } from "./texts.js";
import { typedNumber } from "./words.js";

const drillPress = uuid();
for (const part of document.querySelectorAll("[data-needs]")) part.hidden = !may(part.dataset.needs);

for (const button of document.querySelectorAll("[data-stop]")) {
  button.addEventListener("click", () => run(button, async () => {
    await post(`/api/flood/actions/${button.dataset.stop}/stop`);
    location.reload();
  }));
}

for (const form of document.querySelectorAll(".roll-form")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form.querySelector("button"), async () => {
      await post("/api/flood/roll-call", { hamlet: form.closest("li").dataset.hamlet, evacuated: Number(form.querySelector("input").value) });
      location.reload();
    });
  });
}

for (const form of document.querySelectorAll(".levels-form")) {
  const forget = keepDraft(form, `levels:${form.closest("li").dataset.station}`);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form.querySelector("button"), async () => {
      const given = [...form.querySelectorAll("[name=level]")].map((input) => typedNumber(input.value, t("Mức báo động phải là số, ví dụ 4,80.")));
      const { datum, source, issued } = Object.fromEntries(new FormData(form));
      await post("/api/flood/levels", { station: form.closest("li").dataset.station, bao_dong_m: given, datum, source, issued });
      forget();
      location.reload();
    });
  });
}

const drill = document.getElementById("drill");
drill?.addEventListener("submit", (event) => {
  event.preventDefault();
  run(drill.querySelector("button"), async () => {
    const { station, level, minutes } = Object.fromEntries(new FormData(drill));
    await post("/api/flood/drill", { id: drillPress, station, level: Number(level), minutes: Number(minutes) });
    location.reload();
  });
});
const end = document.getElementById("end-drill");
end?.addEventListener("click", () => run(end, async () => {
  await post("/api/flood/drill/end");
  location.reload();
}));

// What changes elsewhere is shown, unless somebody is writing here.
let first = true;
mirror.on("flood", () => {
  if (!first && !isWriting()) location.reload();
  first = false;
});

function isWriting() {
  const open = document.querySelector("main details[open]");
  const typed = [...document.querySelectorAll(".roll-form input")].some((input) => input.value);
  return Boolean(open) || typed || document.activeElement?.closest("form.drill-form");
}
