// Pieces of the phone page. Text goes in as text, never as HTML: nothing that a person wrote can become a tag.
"use strict";

(function () {
  const t = DT.t;
  const SVG = "http://www.w3.org/2000/svg";
  const SEVERITY = { minor: t("NHẸ"), moderate: t("CẦN CHÚ Ý"), severe: t("NGHIÊM TRỌNG"), extreme: t("KHẨN CẤP") };
  const ACT = { take: t("Tôi nhận"), coming: t("Đang đến"), help: t("Cần giúp"), done: t("Xong"), report: t("Báo cáo"), photo: t("Ảnh") };
  const STORY = {
    taken: t("nhận việc"), more: t("Tình hình mới"), closed: t("kết thúc"), judged: t("đánh giá"), reported: t("báo cáo"), photo: t("gửi ảnh"),
    note: t("nhắn"),
  };
  const HOW = { taken: t("nhận việc"), on_my_way: t("đang đến"), need_help: t("CẦN GIÚP"), done: t("báo xong") };
  const VERDICT = { false_alarm: t("báo động giả"), true_alarm: t("báo động đúng") };
  const VIETNAM_MS = 7 * 3600000;

  DT.el = function (name, attributes) {
    const node = document.createElement(name);
    const given = attributes || {};
    Object.keys(given).forEach(function (key) {
      const value = given[key];
      if (value === null || value === undefined || value === false) return;
      if (key.slice(0, 2) === "on") node.addEventListener(key.slice(2), value);
      else node.setAttribute(key, value === true ? "" : value);
    });
    return DT.fill(node, Array.prototype.slice.call(arguments, 2));
  };

  DT.fill = function (node, children) {
    children.forEach(function (child) {
      if (child === null || child === undefined || child === false || child === "") return;
      if (Array.isArray(child)) DT.fill(node, child);
      else node.appendChild(typeof child === "object" ? child : document.createTextNode(child));
    });
    return node;
  };

  DT.put = function (node) {
    while (node.firstChild) node.removeChild(node.firstChild);
    return DT.fill(node, Array.prototype.slice.call(arguments, 1));
  };

  DT.icon = function (name) {
    const picture = document.createElementNS(SVG, "svg");
    picture.setAttribute("class", "icon");
    picture.setAttribute("aria-hidden", "true");
    const use = document.createElementNS(SVG, "use");
    use.setAttributeNS("http://www.w3.org/1999/xlink", "xlink:href", "/static/icons.svg#" + name);
    picture.appendChild(use);
    return picture;
  };

  const two = (number) => (number < 10 ? "0" : "") + number;
  DT.clock = function (ms) {
    const there = new Date(ms + VIETNAM_MS);
    return two(there.getUTCHours()) + ":" + two(there.getUTCMinutes());
  };
  DT.age = function (ms) {
    const minutes = Math.floor((DT.serverNow() - ms) / 60000);
    if (minutes < 1) return t("vừa xong");
    if (minutes < 60) return t("%(minutes)s phút trước", { minutes });
    return minutes < 2880 ? t("%(hours)s giờ trước", { hours: Math.floor(minutes / 60) }) : t("%(days)s ngày trước", { days: Math.floor(minutes / 1440) });
  };

  const el = DT.el;

  /** "Chưa tới: An, Bình và 3 người nữa", for a card; all of them on the incident's own page. */
  function unreached(incident, most) {
    if (incident.unreached.length === 0) return null;
    const names = incident.unreached.slice(0, most).join(", ");
    const more = incident.unreached.length - most;
    return el("p", { class: "unreached" }, el("strong", {}, t("CHƯA TỚI %(names)s NGƯỜI", { names: incident.unreached.length })), el("span", {}, more > 0 ? t("%(names)s và %(more)s người nữa", { names, more }) : names));
  }

  function taken(incident) {
    if (incident.state !== "open") return el("p", { class: "over" }, t("Đã kết thúc.") + " ", incident.closed_how || "");
    if (incident.taken_by) return el("p", { class: "taken" }, DT.icon("check"), el("strong", {}, incident.taken_by), " " + t("đã nhận lúc %(time)s", { time: DT.clock(incident.taken_at_ms) }));
    return el("p", { class: "free" }, t("Chưa ai nhận"));
  }

  /** Where it is, unless the title says so. */
  const place = (incident) => (incident.title.indexOf(incident.place) < 0 ? el("p", { class: "card-place" }, incident.place) : null);

  DT.card = function (incident) {
    return el("a", { class: "card sev-" + incident.severity + (incident.state === "open" ? "" : " closed"), href: "#su-co/" + incident.id, "data-incident": incident.id },
      el("p", { class: "card-head" }, el("strong", {}, SEVERITY[incident.severity] || ""), el("span", {}, DT.age(incident.began_at_ms))),
      el("p", { class: "card-title" }, incident.title),
      place(incident),
      taken(incident), incident.state === "open" ? unreached(incident, 2) : null);
  };

  DT.head = function (incident) {
    const gone = (event) => event.target.parentNode.removeChild(event.target);
    const photo = (address) => el("img", { class: "photo", src: address, alt: t("Ảnh của sự cố"), loading: "lazy", onerror: gone });
    return el("div", { class: "head sev-" + incident.severity },
      el("p", { class: "card-head" }, el("strong", {}, SEVERITY[incident.severity] || ""), el("span", {}, DT.clock(incident.began_at_ms) + " · " + DT.age(incident.began_at_ms))),
      el("h1", {}, incident.title),
      place(incident),
      unreached(incident, 50),
      incident.told > 0 ? el("p", { class: "reach" }, t("Đã báo tới %(reached)s / %(told)s người.", { reached: incident.reached, told: incident.told })) : el("p", { class: "reach" }, t("Chưa báo cho ai.")),
      taken(incident),
      incident.still ? photo("/stills/" + encodeURIComponent(incident.still)) : null,
      incident.photos.map((name) => photo("/photos/" + encodeURIComponent(name))));
  };

  /** "on_my_way: Tôi mang thuyền" is how an answer is written down. */
  function told(one) {
    if (one.what !== "answered") return [STORY[one.what] || "", VERDICT[one.detail] || one.detail];
    const at = one.detail.indexOf(": ");
    const how = at < 0 ? one.detail : one.detail.slice(0, at);
    return [HOW[how] || t("trả lời"), at < 0 ? "" : one.detail.slice(at + 2)];
  }

  DT.story = function (incident) {
    if (incident.story.length === 0) return null;
    const line = function (one) {
      const [words, detail] = told(one);
      return el("li", { class: words === HOW.need_help ? "story-help" : "" }, el("time", {}, DT.clock(one.at_ms)), el("p", {}, one.by_user ? el("strong", {}, one.by_user + " ") : null, words, detail ? el("span", {}, detail) : null));
    };
    return el("section", { class: "story" }, el("h2", {}, t("Diễn biến")), el("ol", {}, incident.story.map(line)));
  };

  /** What was pressed here and what became of it, newest first. */
  DT.outbox = function (items) {
    const line = function (item) {
      const when = DT.clock(item.shown_at);
      const what = el("strong", {}, (ACT[item.act || item.kind] || "") + " ");
      if (item.state === "sent") return el("li", { class: "sent" }, DT.icon("check"), el("p", {}, what, t("đã gửi %(when)s", { when }), item.sentence ? el("span", {}, item.sentence) : null));
      const away = el("button", { type: "button", class: "away", onclick: () => DT.forget(item.id) }, t("Bỏ"));
      if (item.state === "refused") return el("li", { class: "refused" }, DT.icon("cross"), el("p", {}, what, t("KHÔNG NHẬN"), el("span", {}, item.sentence)), away);
      if (item.state === "held") return el("li", { class: "refused" }, DT.icon("clock"), el("p", {}, what, t("CHƯA GỬI"), el("span", {}, t("Do %(name)s bấm. Đăng nhập bằng tên đó để gửi.", { name: item.by }))), away);
      return el("li", { class: "pending" }, DT.icon("clock"), el("p", {}, what, t("CHƯA GỬI ĐƯỢC"), el("span", {}, t("Bấm lúc %(when)s. Máy tự gửi khi có mạng.", { when }))));
    };
    return el("ul", { class: "outbox" }, items.slice().reverse().slice(0, 8).map(line));
  };
})();
