// How a river moves, from the readings of its last hour.

const HOUR_MS = 3600 * 1000;
const TREND_SPAN_MS = HOUR_MS;
const SURE_SPAN_MS = 10 * 60 * 1000; // less history gives a direction but no speed
const RECENT = 5; // readings that show a direction

/** How the level moves, from the last hour: {speed: metres per hour, sure}, or null; a few minutes are not sure. */
export function movement(gauge) {
  const last = gauge.trend.at(-1);
  const first = gauge.trend.find(([at]) => last && at >= last[0] - TREND_SPAN_MS);
  if (!last || !first || last === first) return null;
  const spanMs = last[0] - first[0];
  const recent = spanMs < SURE_SPAN_MS ? (gauge.trend.at(-RECENT) ?? first) : first;
  return { speed: ((last[1] - recent[1]) * HOUR_MS) / (last[0] - recent[0]), sure: spanMs >= SURE_SPAN_MS };
}
