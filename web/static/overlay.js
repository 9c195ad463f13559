// Draws zones and tracks over a camera's picture.

import { LABEL } from "./words.js";

export const OLD_TRACK_MS = 2500; // tracks come twice a second; older ones are gone
const COLOURS = { zone: "79 201 184", alarm: "255 149 72", track: "255 255 255" };

/** Redraws `canvas` of `size` = {width, height} on the page; below it is a picture `shape`, shown with object-fit: contain. */
export function drawOverlay(canvas, size, shape, zones, tracks) {
  const pen = fit(canvas, size);
  const box = pictureBox(size, shape);
  const busy = new Set(tracks.flatMap((track) => track.zones));
  for (const zone of zones) drawZone(pen, box, zone, busy.has(zone.id));
  for (const track of tracks) drawTrack(pen, box, track);
}

function fit(canvas, size) {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.round(size.width * ratio);
  const height = Math.round(size.height * ratio);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, size.width, size.height);
  return pen;
}

function pictureBox(size, { width, height }) {
  const share = Math.min(size.width / width, size.height / height);
  const [w, h] = [width * share, height * share];
  return { left: (size.width - w) / 2, top: (size.height - h) / 2, width: w, height: h };
}

function drawZone(pen, box, zone, busy) {
  const colour = busy ? COLOURS.alarm : COLOURS.zone;
  pen.beginPath();
  for (const [x, y] of zone.polygon ?? zone.points) pen.lineTo(box.left + x * box.width, box.top + y * box.height);
  if (zone.polygon) {
    pen.closePath();
    pen.fillStyle = `rgb(${colour} / ${busy ? 22 : 8}%)`;
    pen.fill();
  }
  pen.setLineDash([10, 6]);
  pen.lineWidth = busy ? 3 : 2;
  pen.strokeStyle = `rgb(${colour} / 85%)`;
  pen.stroke();
  pen.setLineDash([]);
}

function drawTrack(pen, box, track) {
  const [l, t, r, b] = track.box;
  const [x, y] = [box.left + l * box.width, box.top + t * box.height];
  const colour = track.zones.length > 0 ? COLOURS.alarm : COLOURS.track;
  pen.lineWidth = 2.5;
  pen.strokeStyle = `rgb(${colour})`;
  pen.strokeRect(x, y, (r - l) * box.width, (b - t) * box.height);
  drawLabel(pen, x, y, LABEL[track.label] ?? track.label, colour);
}

function drawLabel(pen, x, y, words, colour) {
  pen.font = '600 15px "Noto Sans", sans-serif';
  const width = pen.measureText(words).width + 12;
  const top = Math.max(0, y - 22);
  pen.fillStyle = `rgb(${colour})`;
  pen.fillRect(x - 1, top, width, 22);
  pen.fillStyle = "#0a1014";
  pen.fillText(words, x + 5, top + 16);
}
