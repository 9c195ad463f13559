// One talk from this browser to the box: WebRTC on the local network, begun and ended by two requests.

import { csrf, post, uuid } from "./ask.js";
import { t } from "./texts.js";

const GATHER_MS = 1500; // addresses of this machine: no server outside is asked
const OPEN_MS = 9000;

export class TalkLine {
  #peer = null;
  #broken;
  id = "";
  untilMs = 0;

  /** `broken(sentence)` is called when the way to the box dies. */
  constructor(broken) {
    this.#broken = broken;
  }

  /** Ask for the air and begin to send `track`; fails with the box's own sentence. */
  async begin(track, hamlets) {
    const peer = new RTCPeerConnection({ iceServers: [] });
    this.#peer = peer;
    this.id = uuid();
    peer.addTransceiver(track, { direction: "sendonly" });
    peer.addEventListener("connectionstatechange", () => this.#changed(peer));
    try {
      await peer.setLocalDescription(await peer.createOffer());
      await gathered(peer);
      const wish = { id: this.id, hamlets, offer: peer.localDescription.sdp };
      const reply = await post("/api/talks", wish, AbortSignal.timeout(OPEN_MS));
      if (this.#peer !== peer) throw new Error(t("Đã thôi nói trước khi loa mở."));
      this.untilMs = reply.until_ms;
      await peer.setRemoteDescription({ type: "answer", sdp: reply.answer });
      return reply;
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** Hang up, and tell the box: it would notice by itself within a second. */
  end() {
    if (!this.#peer) return;
    this.#peer.close();
    this.#peer = null;
    tell(this.id);
  }

  #changed(peer) {
    if (this.#peer === peer && peer.connectionState === "failed") {
      this.end();
      this.#broken(t("Micrô không nối được tới hộp qua mạng nội bộ. Hãy dùng máy cùng mạng với hộp."));
    }
  }
}

/** `keepalive`: it goes out even while the page is being closed. */
function tell(id) {
  const headers = { "Content-Type": "application/json", "X-CSRF": csrf };
  fetch(`/api/talks/${id}/end`, { method: "POST", headers, body: "{}", keepalive: true }).catch(() => {});
}

function gathered(peer) {
  if (peer.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((done) => {
    setTimeout(done, GATHER_MS);
    peer.addEventListener("icegatheringstatechange", () => peer.iceGatheringState === "complete" && done());
  });
}
