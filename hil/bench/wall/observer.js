// Put into the wall's page before its own scripts: notes when tiles begin, when incidents appear, and reads the clocks
// that the films of clock_films.py carry. Times are Date.now().

(() => {
  const BITS = 12;
  const BLOCK_PX = 20;
  const seen = { asked: {}, first: {}, incidents: {}, errors: [] };
  const canvas = new OffscreenCanvas(BITS * BLOCK_PX, BLOCK_PX);
  const pen = canvas.getContext("2d", { willReadFrequently: true });

  function began(tile) {
    const { camera, mode } = tile.dataset;
    if (mode !== "live") return;
    seen.asked[camera] = Date.now();
    delete seen.first[camera];
    tile.querySelector("video").requestVideoFrameCallback(() => (seen.first[camera] = Date.now()));
  }

  function appeared(node) {
    for (const one of [node, ...node.querySelectorAll("[data-incident]")]) {
      const id = one.dataset?.incident;
      if (id && !(id in seen.incidents)) requestAnimationFrame(() => (seen.incidents[id] ??= Date.now()));
    }
  }

  new MutationObserver((records) => {
    for (const record of records) {
      if (record.type === "attributes") began(record.target);
      for (const node of record.addedNodes) if (node instanceof Element) appeared(node);
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-mode"] });
  window.addEventListener("error", (event) => seen.errors.push(event.message));

  function numberIn(video) {
    if (!video.videoWidth || video.readyState < 2) return null;
    pen.drawImage(video, 0, 0, canvas.width, canvas.height, 0, 0, canvas.width, canvas.height);
    const row = pen.getImageData(0, BLOCK_PX / 2, canvas.width, 1).data;
    let number = 0;
    for (let place = 0; place < BITS; place += 1) number = number * 2 + (row[4 * (place + 0.5) * BLOCK_PX] > 128);
    return number;
  }

  function tile(node) {
    const video = node.querySelector("video");
    const quality = video.getVideoPlaybackQuality();
    return {
      camera: node.dataset.camera, live: node.dataset.mode === "live", moving: node.classList.contains("moving"),
      time: video.currentTime, shown: quality.totalVideoFrames, dropped: quality.droppedVideoFrames,
      number: numberIn(video), at: Date.now(),
    };
  }

  window.molangSeen = seen;
  window.molangTiles = () => [...document.querySelectorAll("[data-camera]")].map(tile);
})();
