// The river on the phone: where it stands, what comes, and its chart of the last hours with the forecast as a band.
"use strict";

(function () {
  const t = DT.t;
  const el = DT.el;
  const SVG = "http://www.w3.org/2000/svg";
  const LEVEL = [t("Dưới báo động 1"), t("Trên báo động 1"), t("Trên báo động 2"), t("Trên báo động 3")];
  const ASK_MS = 30000;
  const OLD_MS = 10 * 60000;
  const HOUR_MS = 3600000;
  const STILL_M_H = 0.01;
  const WIDE = 340;
  const TALL = 170;
  const FRAME = { left: 34, right: 34, top: 8, bottom: 20 };

  const number = (value, digits) => value.toFixed(digits === undefined ? 2 : digits).replace(".", document.documentElement.lang === "en" ? "." : ",");

  /** The view: asks at once and every half minute while it is open; what was shown stays, and says how old it is. */
  DT.waterView = function () {
    const cards = el("div", {}, el("p", { class: "empty" }, t("Đang xem mực nước…")));
    const node = el("div", {}, el("h1", {}, t("Mực nước")), cards);
    let shown = null;
    const show = () => shown && DT.put(cards, shown.gauges.length === 0 ? el("p", { class: "empty" }, t("Xã chưa khai báo trạm đo nào.")) : shown.gauges.map((gauge) => card(gauge, outlookOf(gauge, shown.outlooks))));
    const look = function () {
      DT.request("GET", "/api/phone/water", null, "", function (status, value) {
        if (status === 200) shown = value;
        else if (!shown) DT.put(cards, el("p", { class: "caution" }, (value && value.loi) || t("Chưa xem được mực nước. Máy đang tự hỏi lại.")));
        show();
        if (node.isConnected) setTimeout(look, ASK_MS);
      });
    };
    setTimeout(look, 0); // by then it stands on the page
    return node;
  };

  const outlookOf = (gauge, outlooks) => outlooks.filter((one) => one.station === gauge.id && one.level_m !== null)[0];

  function card(gauge, outlook) {
    const silent = gauge.value === null;
    const doubtful = !silent && gauge.quality !== "good";
    const old = silent || doubtful || DT.serverNow() - gauge.at_ms > OLD_MS;
    const words = silent ? t("Chưa có số đo") : doubtful ? t("Số đo đáng ngờ") : gauge.bao_dong_m ? LEVEL[gauge.level] : "";
    return el("section", { class: "sheet water level-" + gauge.level + (old ? " old" : ""), "data-gauge": gauge.id },
      el("h2", {}, gauge.name),
      el("p", { class: "water-now" }, el("strong", {}, silent ? "–" : number(gauge.value), el("small", {}, " " + gauge.unit)), el("b", {}, words)),
      old || !outlook ? null : el("p", { class: "water-moves" }, moves(outlook)),
      outlook ? el("p", { class: "water-ahead" }, DT.icon("clock"), el("span", {}, ahead(gauge, outlook))) : el("p", { class: "water-ahead" }, t("Chưa dự báo được.")),
      gauge.trend.length > 1 ? chart(gauge, outlook) : null,
      silent ? null : el("p", { class: old ? "water-age free" : "water-age" }, t("Đo lúc %(time)s, %(age)s.", { time: DT.clock(gauge.at_ms), age: DT.age(gauge.at_ms) })));
  }

  function moves(outlook) {
    const speed = outlook.rate_m_h;
    if (Math.abs(speed) < STILL_M_H) return [DT.icon("steady"), t("Nước đứng.")];
    const value = { speed: number(Math.abs(speed)) };
    return speed > 0 ? [DT.icon("rise"), t("Nước lên %(speed)s m mỗi giờ.", value)] : [DT.icon("fall"), t("Nước xuống %(speed)s m mỗi giờ.", value)];
  }

  /** The level that comes and when, or how high it is expected. */
  function ahead(gauge, outlook) {
    const level = (gauge.bao_dong_m || []).indexOf(outlook.next_level) + 1;
    const at = outlook.at_ms + outlook.horizon_ms;
    const band = t("Lúc %(time)s có thể từ %(low)s đến %(high)s m.", { time: DT.clock(at), low: number(outlook.low_m), high: number(outlook.high_m) });
    const rises = outlook.rate_m_h > 0;
    if (level === 0 || !outlook.reach_from_ms || rises !== outlook.next_level > gauge.value) return band; // or it was crossed since
    const when = { level, from: DT.clock(outlook.reach_from_ms), to: outlook.reach_to_ms ? DT.clock(outlook.reach_to_ms) : "" };
    const reached = rises ? (when.to ? t("Có thể lên báo động %(level)s từ %(from)s đến %(to)s.", when) : t("Sớm nhất %(from)s có thể lên báo động %(level)s.", when))
      : t("Sớm nhất %(from)s rút xuống dưới báo động %(level)s.", when);
    return reached + " " + band;
  }

  function chart(gauge, outlook) {
    const until = outlook ? outlook.at_ms + outlook.horizon_ms : gauge.at_ms;
    const since = Math.min(gauge.trend[0][0], gauge.at_ms - HOUR_MS);
    const levels = gauge.bao_dong_m || [];
    const heights = gauge.trend.map((one) => one[1]).concat(levels, outlook ? [outlook.low_m, outlook.high_m] : []);
    const low = Math.min.apply(null, heights) - 0.1;
    const high = Math.max.apply(null, heights) + 0.1;
    const x = (ms) => (FRAME.left + (WIDE - FRAME.left - FRAME.right) * (ms - since) / (until - since)).toFixed(1);
    const y = (m) => (FRAME.top + (TALL - FRAME.top - FRAME.bottom) * (high - m) / (high - low)).toFixed(1);
    const at = (ms, m) => x(ms) + "," + y(m);
    const parts = levels.map((m, index) => [mark("line", { x1: FRAME.left, x2: WIDE - FRAME.right, y1: y(m), y2: y(m), class: "water-level l" + (index + 1) }), text(WIDE - FRAME.right + 4, Number(y(m)) + 4, t("BĐ%(level)s", { level: index + 1 }), "start")]);
    if (outlook) parts.push(mark("polygon", { points: [at(gauge.at_ms, gauge.value), at(until, outlook.high_m), at(until, outlook.low_m)].join(" "), class: "water-band" }),
      mark("line", { x1: x(gauge.at_ms), y1: y(gauge.value), x2: x(until), y2: y(outlook.level_m), class: "water-likely" }));
    parts.push(mark("polyline", { points: gauge.trend.map((one) => at(one[0], one[1])).join(" "), class: "water-line" }),
      mark("circle", { cx: x(gauge.at_ms), cy: y(gauge.value), r: 5, class: "water-point" }),
      text(FRAME.left, TALL - 5, DT.clock(since), "middle"), text(x(gauge.at_ms), TALL - 5, DT.clock(gauge.at_ms), "middle"));
    if (outlook) parts.push(text(WIDE - FRAME.right, TALL - 5, DT.clock(until), "middle"));
    [low + 0.1, high - 0.1].forEach((m) => parts.push(text(FRAME.left - 4, Number(y(m)) + 4, number(m, 1), "end")));
    return DT.fill(mark("svg", { viewBox: "0 0 " + WIDE + " " + TALL, class: "water-chart", role: "img", "aria-label": t("Biểu đồ mực nước, phần dải màu là dự báo.") }), parts);
  }

  function mark(name, attributes) {
    const node = document.createElementNS(SVG, name);
    Object.keys(attributes).forEach((key) => node.setAttribute(key, attributes[key]));
    return node;
  }

  function text(x, y, words, anchor) {
    return DT.fill(mark("text", { x, y, "text-anchor": anchor }), [words]);
  }
})();
