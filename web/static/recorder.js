// The microphone: asked for once, heard all the time as a level, recorded when told.

import { t } from "./texts.js";

const KINDS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const LONGEST_MS = 25000;
const AFTER_MS = 200; // the last consonant is still in the air when the key goes down
const FLOOR_DB = -60;
// A voice as it is: what a browser makes of it for calls pumps and gurgles on a horn.
const PLAIN = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 };

export class Recorder {
  #stream = null;
  #recorder = null;
  #end = 0;

  /** `heard(db)` is called with the level (dBFS, -60 to 0) some thirty times a second while the microphone is open. */
  constructor(heard) {
    this.heard = heard;
  }

  /** Why this browser records nothing here, as a sentence; "" when it can. */
  static trouble() {
    if (!window.isSecureContext) return t("Trình duyệt chỉ cho thu âm qua https hoặc ngay trên máy của hộp. Hãy chọn tệp đã thu.");
    if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) return t("Trình duyệt này không thu âm được. Hãy chọn tệp đã thu.");
    return "";
  }

  get recording() {
    return this.#recorder !== null;
  }

  /** Opens the microphone if it is not; fails with a sentence. */
  async open() {
    if (this.#stream?.active) return;
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ audio: PLAIN });
    } catch (error) {
      throw new Error(whyNot(error));
    }
    this.#measure();
  }

  /** Records until `stop`; resolves to a Blob. */
  async start() {
    await this.open();
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    const recorder = new MediaRecorder(this.#stream, { mimeType, audioBitsPerSecond: 128000 });
    const parts = [];
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    const done = new Promise((resolve) => recorder.addEventListener("stop", () => resolve(new Blob(parts, { type: recorder.mimeType }))));
    this.#recorder = recorder;
    this.#end = setTimeout(() => this.stop(), LONGEST_MS);
    recorder.start();
    return done.finally(() => (this.#recorder = null));
  }

  stop() {
    clearTimeout(this.#end);
    const recorder = this.#recorder;
    if (recorder?.state === "recording") setTimeout(() => recorder.state === "recording" && recorder.stop(), AFTER_MS);
  }

  /** Lets the microphone go. */
  close() {
    this.stop();
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
  }

  #measure() {
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 2048 });
    context.createMediaStreamSource(this.#stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const stream = this.#stream;
    const look = () => {
      if (!stream.active) return void context.close();
      analyser.getFloatTimeDomainData(samples);
      const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      this.heard(Math.max(FLOOR_DB, 20 * Math.log10(peak || 1e-6)));
      setTimeout(look, 33);
    };
    look();
  }
}

function whyNot(error) {
  if (error.name === "NotAllowedError") return t("Trang chưa được phép dùng micrô: hãy bấm biểu tượng ổ khoá cạnh địa chỉ và cho phép.");
  if (error.name === "NotFoundError") return t("Máy này không có micrô: hãy cắm micrô, hoặc chọn tệp đã thu.");
  return t("Không mở được micrô: có thể chương trình khác đang dùng.");
}
