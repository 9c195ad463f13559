// What our charts draw with uPlot's pen beside its lines: colours of the page, the alarm levels with their names, marks.

import { t } from "./texts.js";
import { number } from "./words.js";

const FONT = '"Noto Sans", sans-serif';
const LEVELS = ["--moderate", "--severe", "--extreme"];

/** The value of a custom property such as "--accent" at `node`, perhaps see-through. */
export function colourOf(node, name, alpha = 1) {
  const colour = getComputedStyle(node).getPropertyValue(name).trim() || "#888888";
  if (alpha === 1 || !/^#[0-9a-f]{6}$/i.test(colour)) return colour;
  const [r, g, b] = [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16));
  return `rgb(${r} ${g} ${b} / ${alpha})`;
}

/** Báo động 1, 2, 3 across the chart; their names stand right of it, or, `inside`, above their line. */
export function drawLevels(plot, levels, size, inside = false) {
  const { ctx: pen, bbox } = plot;
  const ratio = window.devicePixelRatio || 1;
  pen.save();
  pen.font = `600 ${size * ratio}px ${FONT}`;
  pen.textAlign = "left";
  pen.textBaseline = inside ? "bottom" : "middle";
  pen.lineWidth = 2 * ratio;
  pen.setLineDash([8 * ratio, 6 * ratio]);
  (levels ?? []).forEach((level, index) => {
    const y = plot.valToPos(level, "y", true);
    pen.strokeStyle = pen.fillStyle = colourOf(plot.root, LEVELS[index]);
    stroke(pen, [bbox.left, y], [bbox.left + bbox.width, y]);
    const words = t("BĐ%(index)s %(value)s", { index: index + 1, value: number(level) });
    pen.fillText(words, inside ? bbox.left + 6 * ratio : bbox.left + bbox.width + 10 * ratio, inside ? y - 2 * ratio : y);
  });
  pen.restore();
}

/** A line from one point of the canvas to another. */
export function stroke(pen, from, to) {
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
}

/** A filled circle with an edge. */
export function disc(pen, [x, y], radius, fill, edge, wide) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fillStyle = fill;
  pen.fill();
  if (wide === 0) return;
  pen.strokeStyle = edge;
  pen.lineWidth = wide;
  pen.stroke();
}

/** An axis of words: `name` is its colour. */
export function axis(node, size, more) {
  return { stroke: () => colourOf(node, "--muted"), font: `${size}px ${FONT}`, ticks: { show: false }, ...more };
}
