// The microphone of this browser: opened when a person asks for it, with its level; and why it cannot be.

import { t } from "./texts.js";

const FFT = 1024;
const FLOOR_DB = -60;

/** Why no microphone can be used at all here, as a sentence; "" when one may be asked for. */
export function noMicrophone() {
  if (navigator.mediaDevices?.getUserMedia && window.RTCPeerConnection) return "";
  if (!window.isSecureContext) {
    return [t("Trình duyệt chỉ cho dùng micrô khi trang được mở bằng https://, hoặc ngay trên máy chủ (localhost)."),
      t("Trang này đang mở bằng %(origin)s. Hãy mở địa chỉ https của hộp, hoặc nhờ kỹ thuật viên bật https.", { origin: location.origin })].join(" ");
  }
  return t("Trình duyệt này không dùng được micrô trực tiếp. Hãy dùng Chrome, Edge, Firefox hoặc Safari bản mới.");
}

/** What a refusal of the browser means for the person. */
function refusal(error) {
  if (error.name === "NotAllowedError") return t("Trình duyệt chưa cho trang này dùng micrô. Bấm biểu tượng ổ khóa cạnh địa chỉ, cho phép micrô, rồi bấm lại.");
  if (error.name === "NotFoundError") return t("Máy này không có micrô. Hãy cắm micrô rồi bấm lại.");
  if (error.name === "NotReadableError") return t("Micrô đang bị chương trình khác giữ. Hãy đóng chương trình đó rồi bấm lại.");
  return t("Không mở được micrô (%(name)s).", { name: error.name });
}

export class Microphone {
  #stream = null;
  #context = null;
  #analyser = null;
  #samples = new Float32Array(FFT);

  get track() {
    return this.#stream?.getAudioTracks()[0] ?? null;
  }

  get open() {
    return this.track?.readyState === "live";
  }

  /** Ask for it; `lost()` is called when it is unplugged. Fails with a Vietnamese sentence. */
  async start(quiet, lost) {
    this.stop();
    // The box makes every voice equally loud: the browser's own gain would pump against it.
    const audio = { channelCount: 1, echoCancellation: quiet, noiseSuppression: quiet, autoGainControl: false };
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ audio });
    } catch (error) {
      throw new Error(refusal(error));
    }
    this.track.enabled = false;
    this.track.addEventListener("ended", lost);
    this.#listen();
  }

  #listen() {
    const copy = new MediaStream([this.track.clone()]); // the meter moves before the talk does
    copy.getAudioTracks()[0].enabled = true;
    this.#context = new AudioContext();
    this.#analyser = this.#context.createAnalyser();
    this.#analyser.fftSize = FFT;
    this.#context.createMediaStreamSource(copy).connect(this.#analyser);
    this.#copy = copy;
  }

  #copy = null;

  /** dBFS of the last 20 ms, at least -60. */
  levelDb() {
    if (!this.#analyser) return FLOOR_DB;
    if (this.#context.state === "suspended") this.#context.resume();
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let power = 0;
    for (const sample of this.#samples) power += sample * sample;
    return Math.max(FLOOR_DB, 10 * Math.log10(power / FFT + 1e-9));
  }

  /** Let go of it: the browser's own lamp goes out. */
  stop() {
    for (const track of [...(this.#stream?.getTracks() ?? []), ...(this.#copy?.getTracks() ?? [])]) track.stop();
    this.#context?.close();
    this.#stream = this.#copy = this.#context = this.#analyser = null;
  }
}
