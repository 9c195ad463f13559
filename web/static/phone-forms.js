// The two forms: what goes with a button on an incident, and a report of one's own. Drawn once, so that nothing typed is lost.
"use strict";

(function () {
  const t = DT.t;
  const SETTLED = ["Đã xử lý xong", "Đã kiểm tra, an toàn", "Đã đưa bà con đến nơi an toàn", "Không có gì, báo nhầm"]; // kept as written
  const KINDS = [["flooding", "river", t("Ngập lụt")], ["fire", "fire", t("Cháy")], ["landslide", "landslide", t("Sạt lở")], ["missing", "person", t("Mất tích")], ["other", "moderate", t("Việc khác")]];
  const ARMED_MS = 5000;
  const PLACE_MS = 20000;
  const el = DT.el;

  /** Note, photo and place; `value()` tells them, `clear()` empties them. */
  function extras(hamlets, chosen) {
    const note = el("textarea", { rows: 2, maxlength: 500, "aria-label": t("Ghi chú"), placeholder: t("Ghi chú (không bắt buộc)") });
    const state = { photo: null, place: null };
    const photo = photoField(state);
    const place = placeField(state);
    const hamlet = el("select", { "aria-label": t("Thôn") }, el("option", { value: "" }, t("Chọn thôn…")), Object.keys(hamlets).map((id) => el("option", { value: id, selected: id === chosen }, hamlets[id])));
    return {
      note, hamlet,
      node: el("div", { class: "extras" }, note, el("div", { class: "pair" }, photo.node, place.node), place.words, photo.words, hamlet),
      value: () => ({ note: note.value.trim(), hamlet: hamlet.value, place: state.place, photo: state.photo }),
      clear: function () {
        note.value = "";
        photo.clear();
      },
    };
  }

  function photoField(state) {
    const words = el("p", { class: "extra-words", hidden: true });
    const input = el("input", { type: "file", accept: "image/*", class: "file", "aria-label": t("Chụp hoặc chọn ảnh") });
    const label = el("label", { class: "extra" }, input, DT.icon("photo"), el("span", {}, t("Ảnh")));
    const say = function (sentence, ready) {
      words.hidden = !sentence;
      words.textContent = sentence;
      label.classList.toggle("ready", ready);
    };
    input.addEventListener("change", function () {
      if (!input.files[0]) return;
      say(t("Đang thu nhỏ ảnh…"), false);
      DT.shrink(input.files[0], function (blob, problem) {
        state.photo = blob;
        say(problem || t("Có ảnh: %(size)s kB. Ảnh gửi sau nút bấm.", { size: Math.max(1, Math.round(blob.size / 1024)) }), blob !== null);
      });
    });
    const clear = function () {
      state.photo = null;
      input.value = "";
      say("", false);
    };
    return { node: label, words, clear };
  }

  function placeField(state) {
    const words = el("p", { class: "extra-words", hidden: true });
    const say = function (sentence) {
      words.hidden = !sentence;
      words.textContent = sentence;
    };
    const button = el("button", { type: "button", class: "extra" }, DT.icon("place"), el("span", {}, t("Vị trí")));
    button.addEventListener("click", function () {
      if (!DT.secure || !navigator.geolocation) return say(t("Trang mở bằng http nên máy không cho biết vị trí. Hãy chọn thôn ở dưới."));
      say(t("Đang tìm vị trí…"));
      navigator.geolocation.getCurrentPosition(function (found) {
        const at = found.coords;
        state.place = { lat: at.latitude, lon: at.longitude, accuracy_m: Math.min(100000, at.accuracy) };
        button.classList.add("ready");
        say(t("Có vị trí, sai số khoảng %(metres)s m.", { metres: Math.round(at.accuracy) }));
      }, () => say(t("Máy không tìm được vị trí. Hãy chọn thôn ở dưới.")), { enableHighAccuracy: true, timeout: PLACE_MS, maximumAge: 60000 });
    });
    return { node: button, words };
  }

  /** A button that must be pressed twice: `again` are its words in between. */
  function twice(button, words, again, action) {
    let armed = 0;
    button.addEventListener("click", function () {
      if (Date.now() - armed < ARMED_MS) {
        armed = 0;
        button.lastChild.textContent = words;
        return action();
      }
      armed = Date.now();
      button.lastChild.textContent = again;
      setTimeout(function () {
        if (Date.now() - armed >= ARMED_MS) button.lastChild.textContent = words;
      }, ARMED_MS + 50);
    });
  }

  const big = (kind, mark, words) => el("button", { type: "button", class: "big " + kind, "data-act": kind }, DT.icon(mark), el("span", {}, words));

  /** The form of one incident: { node, buttons }; `send(act, value)` keeps the press. */
  DT.actForm = function (now, send) {
    const extra = extras(now.hamlets, now.me.hamlet);
    const how = el("div", { class: "how", hidden: true });
    const buttons = [big("take", "hand", t("Tôi nhận")), big("coming", "rise", t("Đang đến")), big("help", "extreme", t("Cần giúp")), big("done", "check", t("Xong"))];
    const press = function (act) {
      const value = extra.value();
      extra.clear();
      how.hidden = true;
      send(act, value);
    };
    buttons[0].addEventListener("click", () => press("take"));
    buttons[1].addEventListener("click", () => press("coming"));
    twice(buttons[2], t("Cần giúp"), t("Bấm lần nữa để gọi giúp"), () => press("help"));
    buttons[3].addEventListener("click", function () {
      if (extra.note.value.trim()) return press("done");
      how.hidden = !how.hidden;
      if (!how.hidden) how.scrollIntoView({ block: "center" });
    });
    const settle = (words) => el("button", { type: "button", class: "quick", onclick: function () { extra.note.value = words; press("done"); } }, words);
    DT.fill(how, [el("h2", {}, t("Đã giải quyết thế nào?")), SETTLED.map(settle), el("p", {}, t("Hoặc ghi vào ô ghi chú rồi bấm Xong."))]);
    return { node: el("div", {}, how, el("h2", {}, t("Gửi kèm nút bấm")), extra.node), buttons };
  };

  /** The form of a report; `send(kind, value)` keeps it, `lack(sentence)` says what is missing. */
  DT.reportForm = function (now, send, lack) {
    const extra = extras(now.hamlets, now.me.hamlet);
    let chosen = "";
    const tile = function (kind) {
      const input = el("input", { type: "radio", name: "kind", value: kind[0], onchange: function () { chosen = kind[0]; } });
      return el("label", { class: "tile" }, input, el("span", {}, DT.icon(kind[1]), kind[2]));
    };
    const button = el("button", { type: "button", class: "big send" }, DT.icon("send"), el("span", {}, t("Gửi về xã")));
    button.addEventListener("click", function () {
      const value = extra.value();
      if (!chosen) return lack(t("Hãy chọn việc gì xảy ra."));
      if (!value.hamlet) return lack(t("Hãy chọn thôn."));
      send(chosen, value);
    });
    extra.note.placeholder = t("Ở đâu, mấy người, cần gì? (nên ghi)");
    return { node: el("div", { class: "report" }, el("h1", {}, t("Báo sự việc")), el("div", { class: "tiles", role: "radiogroup", "aria-label": t("Việc gì xảy ra") }, KINDS.map(tile)), extra.node), button };
  };
})();
