// Web push and the app on the home screen: both need a secure page (https, or this machine itself), push also internet.
"use strict";

(function () {
  const t = DT.t;
  DT.secure = window.isSecureContext === true;
  DT.canPush = () => DT.secure && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

  let offer = null;
  window.addEventListener("beforeinstallprompt", function (event) {
    event.preventDefault();
    offer = event;
    DT.draw();
  });
  DT.canInstall = () => offer !== null;
  DT.install = function () {
    offer.prompt();
    offer = null;
  };

  if (DT.secure && "serviceWorker" in navigator) {
    navigator.serviceWorker.register("/dt/sw.js", { scope: "/dt/" }).catch(() => {});
  }

  function keyBytes(text) {
    const plain = atob((text + "===".slice((text.length + 3) % 4)).replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (char) => char.charCodeAt(0));
  }

  const words = (buffer) => btoa(String.fromCharCode.apply(null, new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  /** Promises the subscription of this browser, or null. */
  const subscribed = () => navigator.serviceWorker.getRegistration("/dt/").then((found) => (found ? found.pushManager.getSubscription() : null));

  /** done(on): whether this browser takes push now. */
  DT.pushState = function (done) {
    if (!DT.canPush()) return done(false);
    subscribed().then((found) => done(found !== null), () => done(false));
  };

  /** done(sentence): how it went. */
  DT.pushOn = function (key, csrf, done) {
    const refused = () => done(t("Máy không bật được thông báo. Cần có Internet và phải cho phép thông báo."));
    Notification.requestPermission().then(function (answer) {
      if (answer !== "granted") return done(t("Bạn chưa cho phép thông báo. Hãy mở phần cài đặt của trình duyệt để cho phép."));
      return navigator.serviceWorker.ready
        .then((registration) => registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: keyBytes(key) }))
        .then(function (made) {
          const body = { endpoint: made.endpoint, p256dh: words(made.getKey("p256dh")), auth: words(made.getKey("auth")) };
          DT.request("POST", "/api/phone/push", body, csrf, function (status, value) {
            if (status === 200) return done(t("Đã bật: máy này nhận thông báo cho %(name)s.", { name: value.name }));
            made.unsubscribe();
            done(value.loi || t("Chưa gửi được về xã. Hãy thử lại."));
          });
        });
    }).catch(refused);
  };

  DT.pushOff = function (csrf, done) {
    subscribed().then(function (made) {
      if (!made) return done(t("Đã tắt thông báo trên máy này."));
      DT.request("POST", "/api/phone/push/end", { endpoint: made.endpoint }, csrf, function () {
        made.unsubscribe().then(() => done(t("Đã tắt thông báo trên máy này.")));
      });
    });
  };
})();
