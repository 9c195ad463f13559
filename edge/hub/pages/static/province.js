// Brings the page's content up to date without losing the reader's place, and says so when it cannot.
"use strict";

const EVERY_MS = 10000;
const DEADLINE_MS = 8000;
const SOUND = "molang-province-sound";

const stale = document.getElementById("stale");
let heardMs = Date.now();
let known = alarms();
let audio = null;

function alarms() {
  return new Set([...document.querySelectorAll(".big [data-alarm]")].map((one) => one.dataset.alarm));
}

function wait(ms) {
  return new Promise((done) => setTimeout(done, ms));
}

async function fetched() {
  const answer = await fetch(location.href, { signal: AbortSignal.timeout(DEADLINE_MS), cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!next.getElementById("live")) throw new Error("another page");
  return next;
}

function show(next) {
  const live = document.getElementById("live");
  const fresh = next.getElementById("live");
  const opened = new Map([...live.querySelectorAll("details[id]")].map((one) => [one.id, one.open]));
  const scrolled = [...live.querySelectorAll(".scroll, .wide")].map((one) => [one.scrollTop, one.scrollLeft]);
  const focused = document.activeElement && live.contains(document.activeElement) ? placeOf(document.activeElement) : "";
  for (const one of fresh.querySelectorAll("details[id]")) if (opened.has(one.id)) one.open = opened.get(one.id);
  live.replaceChildren(...[...fresh.childNodes].map((one) => document.adoptNode(one)));
  [...live.querySelectorAll(".scroll, .wide")].forEach((one, at) => {
    if (scrolled[at]) [one.scrollTop, one.scrollLeft] = scrolled[at];
  });
  if (focused) [...live.querySelectorAll("a, button, summary")].find((one) => placeOf(one) === focused)?.focus({ preventScroll: true });
  for (const name of ["clock"]) document.getElementById(name).replaceChildren(...next.getElementById(name).childNodes);
  document.querySelector(".top nav").replaceChildren(...next.querySelector(".top nav").childNodes);
  document.title = next.title;
}

function placeOf(element) {
  return element.id || element.getAttribute("href") || element.parentElement?.id || "";
}

function tell(text) {
  if (stale.textContent !== text) stale.textContent = text;
  stale.hidden = text === "";
}

async function follow() {
  for (;;) {
    await wait(EVERY_MS);
    try {
      const next = await fetched();
      heardMs = Date.now();
      tell("");
      show(next);
      prepareSound();
      const now = alarms();
      if ([...now].some((one) => !known.has(one))) ring();
      known = now;
    } catch {
      const since = new Date(heardMs).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
      tell(`Máy chủ của tỉnh không trả lời. Trang này là của lúc ${since}.`);
    }
  }
}

function isLoud() {
  try {
    return localStorage.getItem(SOUND) === "on";
  } catch {
    return false;
  }
}

function prepareSound() {
  const button = document.getElementById("sound");
  if (!button) return;
  button.hidden = false;
  const loud = isLoud() && audio !== null;
  button.setAttribute("aria-pressed", String(loud));
  button.textContent = loud ? "Tắt âm báo" : isLoud() ? "Bấm để bật lại âm báo" : "Bật âm báo";
  button.onclick = () => {
    const on = !(isLoud() && audio !== null);
    try {
      localStorage.setItem(SOUND, on ? "on" : "off");
    } catch {
      // Without storage it lasts as long as the page.
    }
    audio = on ? new AudioContext() : null;
    prepareSound();
    if (on) ring();
  };
}

function ring() {
  if (audio === null) return;
  for (const [at, hz] of [[0, 880], [0.25, 660], [0.5, 880]]) {
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    tone.frequency.value = hz;
    loudness.gain.setValueAtTime(0.25, audio.currentTime + at);
    loudness.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + at + 0.22);
    tone.connect(loudness).connect(audio.destination);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + 0.24);
  }
}

prepareSound();
follow();
