// The search page: what the form asks for stands in the address too, so that it can be kept, sent and gone back to.

import { fromField, toField } from "./ages.js";
import { get, toast } from "./ask.js";
import { byId, mirror, startDesk } from "./desk.js";
import { el, replace } from "./elements.js";
import { incidentCard } from "./incidents.js";
import { t } from "./texts.js";
import { INCIDENT_KIND, RULE_KIND } from "./words.js";

const form = byId("search");
const list = el("ol", { class: "incidents" });
const field = (name) => form.elements[name];
let next = "";
let turn = 0; // answers of an older search are dropped

function wish() {
  const { since, until, ...rest } = Object.fromEntries(new FormData(form));
  return { ...rest, since_ms: fromField(since), until_ms: fromField(until) };
}

async function search() {
  remember();
  next = "";
  await load(true);
}

async function load(anew) {
  const mine = ++turn;
  try {
    const page = await get("/api/incidents", { ...wish(), after: next });
    if (mine === turn) show(page, anew);
  } catch (error) {
    toast(error.message, "bad");
  }
}

function show(page, anew) {
  const cards = page.rows.map((row) => incidentCard({ ...row, told: null }, null, true));
  if (anew) replace(list, cards);
  else list.append(...cards);
  next = page.next;
  byId("more").hidden = next === "";
  const count = list.children.length;
  byId("found").textContent = count === 0 ? t("Không có sự cố nào như vậy.") : `${count}${next ? ` ${t("sự cố mới nhất, còn nữa")}` : ` ${t("sự cố")}`}`;
}

function remember() {
  const given = [...new FormData(form)].filter(([, value]) => value !== "");
  history.replaceState(null, "", given.length > 0 ? `?${new URLSearchParams(given)}` : location.pathname);
}

function recall() {
  for (const [name, value] of new URLSearchParams(location.search)) if (field(name)) fill(field(name), value);
}

/** A choice whose words have not come yet is kept under its id. */
function fill(place, value) {
  if (place.tagName === "SELECT" && ![...place.options].some((option) => option.value === value)) place.append(new Option(value, value));
  place.value = value;
}

function choices(place, pairs) {
  const chosen = place.value;
  replace(place, new Option(t("Tất cả"), ""), pairs.map(([value, words]) => new Option(words, value)));
  if (chosen) fill(place, chosen);
}

function offerCameras() {
  choices(field("camera"), (mirror.get("cameras") ?? []).map(({ id, name }) => [id, name]));
  offerRules();
}

function offerRules() {
  const zones = mirror.get("zones") ?? {};
  const rules = field("camera").value ? (zones[field("camera").value] ?? []) : Object.values(zones).flat();
  const names = new Map(rules.map(({ id, name }) => [id, name]));
  choices(field("rule"), [...names]);
}

function offerKinds() {
  const group = (label, words) => el("optgroup", { label }, Object.entries(words).map(([value, name]) => new Option(name, value)));
  field("kind").append(group(t("Nhóm"), INCIDENT_KIND), group(t("Luật"), RULE_KIND));
}

/** On a phone the filters are folded away until they are wanted, or used. */
function unfold(open) {
  byId("narrow").setAttribute("aria-expanded", open);
}

offerKinds();
recall();
unfold([...new URLSearchParams(location.search).keys()].some((name) => name !== "text"));
byId("narrow").addEventListener("click", () => unfold(byId("narrow").getAttribute("aria-expanded") === "false"));
replace(byId("results"), list);
if (!field("until").value) field("until").max = toField(Date.now()).slice(0, 16);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
form.addEventListener("change", () => {
  offerRules();
  search();
});
form.addEventListener("reset", () => setTimeout(search));
byId("more").addEventListener("click", () => load(false));
mirror.on("cameras zones", offerCameras);
mirror.on("incidents", () => next === "" && search());
search();
startDesk();
