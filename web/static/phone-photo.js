// A photo is made smaller here already: a slow link carries 300 kB, not 6 MB. Its place and camera stay in the phone.
"use strict";

(function () {
  const t = DT.t;
  const LONGEST = 1600;
  const QUALITY = 0.75;
  const MOST_BYTES = 8 * 1024 * 1024;

  /** done(blob or null, sentence). A browser that cannot shrink a photo sends it as it is, if it is small enough. */
  DT.shrink = function (file, done) {
    const address = URL.createObjectURL(file);
    const picture = new Image();
    const asItIs = () => (file.size <= MOST_BYTES ? done(file, "") : done(null, t("Ảnh quá nặng, máy này không thu nhỏ được.")));
    picture.onerror = function () {
      URL.revokeObjectURL(address);
      done(null, t("Tệp này không phải ảnh."));
    };
    picture.onload = function () {
      URL.revokeObjectURL(address);
      const scale = Math.min(1, LONGEST / Math.max(picture.naturalWidth, picture.naturalHeight));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
      canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
      try {
        canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
        canvas.toBlob((blob) => (blob ? done(blob, "") : asItIs()), "image/jpeg", QUALITY);
      } catch (error) {
        asItIs();
      }
    };
    picture.src = address;
  };
})();
