// The plain page of the certificate: finds out whether this browser trusts the box already, and opens the right steps.

const origin = document.body.dataset.origin;
const TYPED = new Set(["/", "/panel/talk", "/bank"]); // somebody wanted this page, not the certificate

/** Where the visitor wanted to go, on the secure origin. */
const goal = () => origin + (TYPED.has(location.pathname) ? location.pathname : "/");

function trusted() {
  document.getElementById("trusted").hidden = false;
  document.getElementById("micro")?.setAttribute("hidden", "");
  document.getElementById("go").href = goal();
  if (TYPED.has(location.pathname)) location.replace(goal());
}

/** A picture of the secure origin comes only to a browser that trusts its certificate. */
function ask() {
  const tick = new Image();
  tick.addEventListener("load", trusted);
  tick.src = `${origin}/ca/tick.svg?${Date.now()}`;
}

function openSteps() {
  const name = /iPhone|iPad|Macintosh.*Mobile/.test(navigator.userAgent) ? "ios" : /Windows/.test(navigator.userAgent) ? "computer" : "android";
  document.querySelectorAll(".ca-steps details").forEach((steps) => { steps.open = steps.id === name; });
}

openSteps();
if (!document.body.dataset.secure) ask();
