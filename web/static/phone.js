// The phone page: which view is open, what the box says, and sending what was pressed until it was answered.
"use strict";

(function () {
  const t = DT.t;
  const REST_MS = 10000;
  const WAITS_MS = [2000, 4000, 8000, 15000, 30000];
  const SLICE = 128 * 1024;
  const TOLD_MS = 6000;
  const LINK = "dt-link";
  const byId = (id) => document.getElementById(id);
  const el = DT.el;
  let now = DT.savedNow();
  let offset = now ? now.at_ms - Date.now() : 0;
  let heardMs = 0; // by this phone's clock
  let state = "asking"; // asking, up, down, out (not logged in)
  let fails = 0;
  let timer = null;
  let busy = false;
  let again = false;
  let view = null; // { route, form }

  DT.serverNow = () => Date.now() + offset;

  // ---- what the box says

  function sync() {
    clearTimeout(timer);
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    DT.request("GET", "/api/phone/now", null, "", function (status, value) {
      if (status === 200) return took(value);
      if (status === 401) return out();
      if (status === 403) return barred(value.loi);
      done(false);
    });
  }

  function took(value) {
    now = value;
    offset = value.at_ms - Date.now();
    heardMs = Date.now();
    state = "up";
    DT.saveNow(value);
    const token = sessionStorage.getItem(LINK);
    if (token) return openLink(token);
    sendNext(() => done(true));
  }

  function out() {
    state = "out";
    now = null;
    DT.saveNow(null);
    done(true);
  }

  function barred(sentence) {
    out();
    tell(sentence || t("Vai trò này không dùng được trang điện thoại."), true);
  }

  function done(reached) {
    busy = false;
    fails = reached ? 0 : fails + 1;
    if (!reached && state !== "out") state = "down";
    DT.draw();
    const rest = reached ? REST_MS : WAITS_MS[Math.min(fails, WAITS_MS.length) - 1];
    timer = setTimeout(sync, again ? 0 : rest);
    again = false;
  }

  function openLink(token) {
    DT.request("POST", "/api/phone/link", { token }, now.csrf, function (status, value) {
      if (status === 0 || status >= 500) return done(false);
      sessionStorage.removeItem(LINK);
      if (status === 200) go("su-co/" + value.incident);
      else {
        go("");
        tell(value.loi || t("Không mở được liên kết."), true);
      }
      again = true;
      done(true);
    });
  }

  // ---- sending

  function sendNext(finished) {
    const item = DT.queue().filter((one) => !one.state).sort((one, other) => (one.kind === "photo") - (other.kind === "photo"))[0];
    if (!item) return finished();
    if (item.by !== now.me.name) {
      DT.mark(item.id, { state: "held" });
      return sendNext(finished);
    }
    const next = function (status, value) {
      if (status === 0 || status >= 500 || status === 401 || status === 403 || status === 429) {
        if (status === 403) settle(item, "refused", value.loi || t("Không được phép."));
        return status === 403 ? sendNext(finished) : done(false);
      }
      settle(item, status === 200 ? "sent" : "refused", status === 200 ? value.sentence || "" : value.loi || "");
      again = true; // to see what it did
      sendNext(finished);
    };
    if (item.kind === "photo") sendPhoto(item, 0, next);
    else DT.request("POST", item.kind === "act" ? "/api/phone/acts" : "/api/phone/reports", wire(item), now.csrf, next);
  }

  function settle(item, how, sentence) {
    DT.mark(item.id, { state: how, sentence, shown_at: DT.serverNow() });
    if (item.kind === "photo") DT.dropPhoto(item.id);
    if (how === "refused" && item.kind !== "photo") DT.queue().filter((one) => one.of === item.id).forEach((one) => settle(one, "refused", t("Việc đi kèm ảnh này không được nhận.")));
    if (how === "sent" && sentence && item.kind !== "photo") tell(sentence);
  }

  function wire(item) {
    const waited = Math.max(0, Math.min(7 * 24 * 3600000, Date.now() - item.at));
    const body = { id: item.id, note: item.note, place: item.place || null, waited_ms: waited < 3000 ? 0 : Math.round(waited) };
    if (item.kind === "act") return Object.assign(body, { incident: item.incident, act: item.act, hamlet: item.hamlet || null });
    return Object.assign(body, { hamlet: item.hamlet, kind: item.what });
  }

  function sendPhoto(item, at, next) {
    DT.photo(item.id, function (blob) {
      if (!blob) return next(409, { loi: t("Ảnh không còn trong máy này.") });
      if (at >= blob.size) return DT.request("POST", "/api/phone/photos", { id: item.id, of: item.of }, now.csrf, next);
      DT.request("POST", "/api/phone/photo?id=" + item.id + "&at=" + at, blob.slice(at, at + SLICE), now.csrf, function (status, value) {
        if (status !== 200) return next(status, value);
        sendPhoto(item, value.bytes, next);
      });
    });
  }

  /** Keeps a press, then tries to send it. Without room nothing is pretended. */
  function press(item, photo) {
    const kept = DT.keep(Object.assign({ by: now.me.name, at: Date.now(), shown_at: DT.serverNow() }, item));
    if (!kept) return tell(t("Máy đang giữ quá nhiều việc chưa gửi. Hãy bỏ bớt hoặc chờ có mạng."), true);
    const go_on = function () {
      DT.draw();
      sync();
    };
    if (!photo) return go_on();
    const id = DT.uuid();
    DT.keepPhoto(id, photo, function (safe) {
      DT.keep({ id, kind: "photo", of: item.id, incident: item.incident || "", by: now.me.name, at: Date.now(), shown_at: DT.serverNow() });
      if (!safe) tell(t("Máy này không giữ được ảnh khi đóng trang. Hãy để trang mở cho đến khi ảnh gửi xong."), true);
      go_on();
    });
  }

  DT.forget = function (id) {
    DT.drop(id);
    DT.draw();
  };

  // ---- views

  const route = () => location.hash.replace(/^#/, "");
  function go(where) {
    history.replaceState(null, "", "/dt/" + (where ? "#" + where : ""));
    turn();
  }

  function turn() {
    const where = route();
    if (where.slice(0, 2) === "l/") {
      sessionStorage.setItem(LINK, where.slice(2));
      history.replaceState(null, "", "/dt/"); // the token stays in no history
      again = busy;
      sync();
    }
    view = null;
    window.scrollTo(0, 0);
    DT.draw();
  }

  let toldEnds = null;
  function tell(sentence, bad) {
    byId("told").hidden = false;
    byId("told").className = "told-line" + (bad ? " bad-told" : "");
    byId("told").textContent = sentence;
    clearTimeout(toldEnds);
    toldEnds = setTimeout(() => (byId("told").hidden = true), bad ? 3 * TOLD_MS : TOLD_MS);
  }

  DT.draw = function () {
    drawLine();
    drawWaiting();
    byId("who").textContent = now ? now.me.roster || now.me.name : "";
    if (state === "out" || !now) return drawDoor();
    byId("thumb").hidden = false;
    const where = route();
    if (where.slice(0, 6) === "su-co/") return drawIncident(where.slice(6));
    if (where === "bao") return drawReport();
    if (where === "nuoc") return drawWater();
    if (where === "may") return drawSettings();
    drawList();
  };

  function drawLine() {
    const line = byId("line");
    line.className = "line " + state;
    const last = heardMs ? t("từ %(time)s", { time: DT.clock(heardMs + offset) }) : now ? t("Danh sách lúc %(time)s.", { time: DT.clock(now.at_ms) }) : "";
    line.textContent = { asking: t("Đang nối với xã…"), up: t("Đã nối với xã lúc %(time)s", { time: DT.clock(heardMs + offset) }), out: t("Chưa đăng nhập"), down: t("MẤT NỐI VỚI XÃ %(last)s Máy đang tự nối lại.", { last }) }[state];
  }

  function drawWaiting() {
    const open = DT.queue().filter((one) => !one.state || one.state === "held");
    byId("waiting").hidden = open.length === 0;
    if (open.length === 0) return;
    const safe = " " + (DT.keeps ? t("Tắt trang vẫn còn.") : t("ĐỪNG ĐÓNG TRANG NÀY."));
    DT.put(byId("waiting"), DT.icon("clock"), el("span", {}, el("strong", {}, t("%(open)s việc CHƯA GỬI ĐƯỢC.", { open: open.length })), safe), el("button", { type: "button", onclick: sync }, t("Gửi ngay")));
  }

  function drawDoor() {
    byId("thumb").hidden = true;
    if (state !== "out") return DT.put(byId("main"), el("p", { class: "empty" }, state === "down" ? t("Chưa nối được với máy của xã. Hãy kiểm tra Wi-Fi hoặc mạng của xã.") : t("Đang mở…")));
    DT.put(byId("main"), el("div", { class: "door-in" }, el("h1", {}, t("Hãy đăng nhập")), el("p", {}, t("Ghi đúng họ tên của mình như trong danh sách cán bộ, để xã biết ai đã nhận tin.")),
      el("a", { class: "big send", href: "/login?next=/dt/" }, DT.icon("door"), el("span", {}, t("Đăng nhập")))));
  }

  function bar(current) {
    const open = now.incidents.filter((one) => one.state === "open" && one.mine).length;
    const tab = (where, mark, words) => el("a", { class: "tab", href: "#" + where, "aria-current": current === where ? "page" : null }, DT.icon(mark), el("span", {}, words));
    DT.put(byId("thumb"), el("nav", { class: "tabs" }, tab("", "list", t("Sự cố") + (open ? " (" + open + ")" : "")), tab("bao", "phone", t("Báo sự việc")), tab("nuoc", "river", t("Nước"))));
  }

  function drawList() {
    bar("");
    const cards = (list) => list.map(DT.card);
    const mine = now.incidents.filter((one) => one.mine);
    const others = now.incidents.filter((one) => !one.mine);
    const open = mine.filter((one) => one.state === "open");
    const over = mine.filter((one) => one.state !== "open");
    const unfolded = byId("others") && byId("others").open;
    DT.put(byId("main"),
      open.length === 0 ? el("div", { class: "empty" }, DT.icon("check"), el("p", {}, t("Không có sự cố nào đang mở."))) : cards(open),
      over.length > 0 ? [el("h2", {}, t("Vừa kết thúc")), cards(over)] : null,
      others.length > 0 ? el("details", { id: "others", open: unfolded }, el("summary", {}, t("Việc khác trong xã (%(others)s)", { others: others.length })), cards(others)) : null,
      reportsSent());
  }

  function reportsSent() {
    const items = DT.queue().filter((one) => one.kind === "report" || (one.kind === "photo" && !one.incident));
    return items.length === 0 ? null : [el("h2", {}, t("Báo cáo của máy này")), DT.outbox(items)];
  }

  function drawIncident(id) {
    const incident = now.incidents.filter((one) => one.id === id)[0];
    if (!incident) {
      bar("none");
      return DT.put(byId("main"), el("p", { class: "empty" }, t("Sự cố này đã kết thúc, hoặc không có.")), el("a", { class: "back", href: "#" }, t("Về danh sách")));
    }
    if (!view || view.route !== id) {
      const form = DT.actForm(now, (act, value) => press({ id: DT.uuid(), kind: "act", incident: id, act, note: value.note, hamlet: value.hamlet, place: value.place }, value.photo));
      view = { route: id, head: el("div", {}), story: el("div", {}), form };
      DT.put(byId("main"), el("a", { class: "back", href: "#" }, DT.icon("back"), t("Danh sách")), view.head, form.node, view.story);
      DT.put(byId("thumb"), el("div", { class: "bigs" }, form.buttons));
    }
    const mine = DT.queue().filter((one) => one.incident === id);
    const print = JSON.stringify([incident, mine, DT.age(incident.began_at_ms)]);
    if (view.print === print) return;
    view.print = print;
    DT.put(view.head, DT.head(incident), DT.outbox(mine));
    DT.put(view.story, DT.story(incident));
  }

  function drawReport() {
    if (view && view.route === "bao") return;
    const form = DT.reportForm(now, function (what, value) {
      press({ id: DT.uuid(), kind: "report", what, hamlet: value.hamlet, note: value.note, place: value.place }, value.photo);
      go("");
    }, (sentence) => tell(sentence, true));
    view = { route: "bao" };
    DT.put(byId("main"), el("a", { class: "back", href: "#" }, DT.icon("back"), t("Danh sách")), form.node);
    DT.put(byId("thumb"), el("div", { class: "bigs one" }, form.button));
  }

  function drawWater() {
    bar("nuoc");
    if (view && view.route === "nuoc") return;
    view = { route: "nuoc" };
    DT.put(byId("main"), DT.waterView());
  }

  function drawSettings() {
    if (view && view.route === "may") return;
    view = { route: "may" };
    bar("may");
    const push = el("div", {});
    const leave = function () {
      DT.request("POST", "/api/phone/leave", {}, now.csrf, () => location.reload());
    };
    DT.put(byId("main"), el("a", { class: "back", href: "#" }, DT.icon("back"), t("Danh sách")), el("h1", {}, t("Máy này")),
      el("section", { class: "sheet" }, el("p", {}, t("Đăng nhập:") + " ", el("strong", {}, now.me.name), " (" + now.me.role + ")"),
        now.me.roster ? el("p", {}, t("Trong danh sách cán bộ:") + " ", el("strong", {}, now.me.roster), now.hamlets[now.me.hamlet] ? ", " + now.hamlets[now.me.hamlet] : "")
          : el("p", { class: "caution" }, t("Tên này không có trong danh sách cán bộ, nên xã vẫn nhắn tin tiếp dù bạn đã bấm nhận. Hãy đăng nhập lại bằng đúng họ tên.")),
        el("button", { type: "button", class: "plain", onclick: leave }, t("Đăng xuất")), now.me.desk ? el("a", { class: "plain", href: "/duty" }, t("Mở bảng trực ban")) : null),
      el("section", { class: "sheet" }, el("h2", {}, t("Thông báo")), push), installSheet(), lookSheet());
    drawPush(push);
  }

  function drawPush(place) {
    const say = (sentence) => DT.put(place, el("p", {}, sentence));
    if (!DT.secure) return say(t("Trang này mở bằng http nên máy không cho bật thông báo. Hãy mở địa chỉ https mà xã đã cấp. Tin nhắn SMS vẫn tới như thường."));
    if (!DT.canPush()) return say(t("Trình duyệt này không có thông báo đẩy. Tin nhắn SMS vẫn tới như thường."));
    if (!now.push_key) return say(t("Xã chưa bật thông báo đẩy. Tin nhắn SMS vẫn tới như thường."));
    DT.pushState(function (on) {
      const turned = (sentence) => DT.put(place, el("p", {}, sentence));
      const button = el("button", { type: "button", class: "plain", onclick: () => (on ? DT.pushOff(now.csrf, turned) : DT.pushOn(now.push_key, now.csrf, turned)) }, on ? t("Tắt thông báo trên máy này") : t("Bật thông báo trên máy này"));
      DT.put(place, el("p", {}, on ? t("Máy này đang nhận thông báo.") : t("Cần Internet. Thông báo chỉ có một câu ngắn, không có ảnh, không có tên hay số của ai.")), button);
    });
  }

  function installSheet() {
    const words = !DT.secure ? t("Trang này mở bằng http nên không cài vào màn hình chính được, và không mở được khi mất mạng. Hãy mở địa chỉ https mà xã đã cấp.")
      : t("Cài rồi thì mở được cả khi mất mạng: trong trình đơn của trình duyệt, chọn “Thêm vào màn hình chính”.");
    return el("section", { class: "sheet" }, el("h2", {}, t("Cài vào màn hình chính")), el("p", {}, words), DT.canInstall() ? el("button", { type: "button", class: "plain", onclick: DT.install }, t("Cài vào máy này")) : null);
  }

  /** Light or dark, Vietnamese or English: kept by the server in a cookie, so the page is loaded again. */
  function lookSheet() {
    const page = document.documentElement;
    const choose = (path, on, words) => el("button", { type: "button", class: "plain", "aria-pressed": on ? "true" : "false", onclick: () => DT.request("POST", path, {}, now.csrf, () => location.reload()) }, words);
    const theme = page.getAttribute("data-theme");
    return el("section", { class: "sheet" }, el("h2", {}, t("Nền và ngôn ngữ")),
      choose("/theme/light", theme === "light", t("Nền sáng")), choose("/theme/auto", theme === "auto", t("Theo máy")), choose("/theme/dark", theme === "dark", t("Nền tối")),
      choose("/language/vi", page.lang === "vi", "Tiếng Việt"), choose("/language/en", page.lang === "en", "English"));
  }

  /** Whoever opened a page of the office was led here: he is told so, once. */
  function wentAstray() {
    if (document.cookie.indexOf("mo_lang_lac=1") < 0) return;
    document.cookie = "mo_lang_lac=; Max-Age=0; Path=/dt/";
    tell(t("Trang vừa mở chỉ dành cho phòng trực của xã. Đây là trang dành cho bạn."), true);
  }

  window.addEventListener("hashchange", turn);
  window.addEventListener("online", sync);
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) sync();
  });
  turn();
  sync();
  wentAstray();
})();
