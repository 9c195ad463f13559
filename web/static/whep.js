// Sees one camera by WHEP: an SDP offer goes to the server, its answer comes back, pictures come by WebRTC.

import { csrf, uuid } from "./ask.js";
import { t } from "./texts.js";

const ANSWER_MS = 9000; // the server waits 6 s for the camera
const FIRST_PICTURE_MS = 5000;
const GATHER_MS = 800; // on a LAN the addresses are known at once

/** Whether this browser can. */
export const canWhep = () => "RTCPeerConnection" in window;

/** An error that trying again does not mend: the server said no. */
export class RefusedError extends Error {}

/**
 * Shows `camera` in `video`; resolves with {close()} at the first picture. `lost()` is called when the line breaks later.
 * `sight` names the look of which this is a try, so that it stands in the audit log once.
 * Fails with a sentence: a RefusedError when this person may not see it.
 */
export async function watchWhep(video, camera, { why, sight }, lost) {
  const peer = new RTCPeerConnection({ iceServers: [] });
  const id = uuid();
  const look = { peer, place: "", closed: false };
  look.close = () => close(look, video);
  try {
    prepare(peer, video);
    await answered(look, camera, { id, why, look: sight });
    await firstPicture(video, peer);
  } catch (error) {
    look.close();
    throw error;
  }
  peer.onconnectionstatechange = () => ["failed", "closed", "disconnected"].includes(peer.connectionState) && !look.closed && lost();
  addEventListener("pagehide", look.close, { once: true });
  return look;
}

function prepare(peer, video) {
  const { receiver } = peer.addTransceiver("video", { direction: "recvonly" });
  if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0; // the present, not smoothness
  if ("playoutDelayHint" in receiver) receiver.playoutDelayHint = 0;
  peer.ontrack = ({ track }) => {
    video.srcObject = new MediaStream([track]);
    video.play().catch(() => {});
  };
}

async function answered(look, camera, query) {
  const { peer } = look;
  await peer.setLocalDescription(await peer.createOffer());
  await gathered(peer);
  const answer = await fetch(`/api/cameras/${encodeURIComponent(camera)}/whep?${new URLSearchParams(query)}`, {
    method: "POST", body: peer.localDescription.sdp, signal: AbortSignal.timeout(ANSWER_MS),
    headers: { "Content-Type": "application/sdp", Accept: "application/sdp", "X-CSRF": csrf },
  }).catch(() => { throw new Error(t("Không nối được với máy chủ.")); });
  if (answer.status === 401) location.assign(`/login?next=${location.pathname}`);
  if (!answer.ok) {
    const { loi = t("Máy chủ báo lỗi %(status)s.", { status: answer.status }) } = await answer.json().catch(() => ({}));
    throw answer.status === 403 ? new RefusedError(loi) : new Error(loi);
  }
  look.place = answer.headers.get("Location") ?? "";
  await peer.setRemoteDescription({ type: "answer", sdp: await answer.text() });
}

function gathered(peer) {
  if (peer.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((done) => {
    peer.addEventListener("icegatheringstatechange", () => peer.iceGatheringState === "complete" && done());
    setTimeout(done, GATHER_MS);
  });
}

function firstPicture(video, peer) {
  return new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error(t("Chưa có hình qua WebRTC."))), FIRST_PICTURE_MS);
    peer.onconnectionstatechange = () => ["failed", "closed"].includes(peer.connectionState) && fail(new Error(t("Đường WebRTC không thông.")));
    video.addEventListener("loadeddata", () => (clearTimeout(late), done()), { once: true });
  });
}

function close(look, video) {
  if (look.closed) return;
  look.closed = true;
  look.peer.close();
  video.srcObject = null;
  if (look.place) fetch(look.place, { method: "DELETE", headers: { "X-CSRF": csrf }, keepalive: true }).catch(() => {});
}
