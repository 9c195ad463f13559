// Every word that the pages say about a state: one catalogue, Vietnamese.

import { t } from "./texts.js";

export const CAMERA = {
  connecting: t("đang kết nối"),
  online: t("đang hoạt động"),
  refused: t("từ chối kết nối"),
  stalled: t("ngừng gửi hình"),
  garbled: t("hình bị hỏng"),
  offline: t("mất kết nối"),
};

export const TROUBLE = { frozen: t("Đứng hình"), covered: t("Bị che"), moved: t("Bị xoay"), blurred: t("Mờ") };

export const MODE = { packets: t("chỉ đếm gói"), keys: t("ảnh khoá"), full: t("mọi ảnh") };

/** What the rules of zones, lines and cameras are called. */
export const RULE_KIND = {
  enter: t("vào vùng"),
  line: t("qua vạch"),
  loiter: t("nán lại lâu"),
  count: t("tụ tập đông"),
  closed_street: t("xe vào đường cấm"),
  river_bank: t("người ở bờ nước khi nước cao"),
  parked: t("đỗ xe quá lâu"),
  offline: t("camera mất kết nối"),
  frozen: t("camera đứng hình"),
  covered: t("camera bị che"),
  moved: t("camera bị xoay"),
  blurred: t("camera bị mờ"),
};

export const INCIDENT_KIND = { intrusion: t("Camera thấy"), flood_level: t("Mực nước"), device: t("Thiết bị có vấn đề"), horn: t("Loa có vấn đề"), warning: t("Cảnh báo từ nơi khác"), report: t("Báo cáo từ thôn") };

/** What happened to an incident, with the icon of each. */
export const STORY = {
  opened: [t("Bắt đầu"), "moderate"],
  seen: [t("Đã xem"), "screen"],
  more: [t("Đông hơn"), "person"],
  taken: [t("Nhận việc"), "hand"],
  still: [t("Có ảnh"), "camera"],
  clip: [t("Có đoạn ghi"), "play"],
  judged: [t("Đánh giá"), "pen"],
  closed: [t("Kết thúc"), "check"],
  answered: [t("Trả lời"), "phone"],
  note: [t("Nhắn"), "pen"],
  reported: [t("Báo cáo từ thôn"), "phone"],
  photo: [t("Gửi ảnh"), "photo"],
};

/** What an official answered. */
export const ANSWER = { taken: t("đã nhận việc"), on_my_way: t("đang đến"), need_help: t("CẦN GIÚP"), done: t("báo xong") };

/** How far the people of an incident are, and by what they were told. */
export const STATUS = { not_reached: t("CHƯA TỚI"), trying: t("đang gọi"), answered: t("đã trả lời"), not_needed: t("không cần nữa") };
export const MESSAGE = { waiting: t("đang chờ gửi"), sending: t("đang gửi"), unsure: t("chưa chắc đã gửi"), sent: t("đã gửi"), delivered: t("máy đã nhận"), taken: t("đã trả lời"), failed: t("không gửi được"), dropped: t("không gửi nữa") };
export const WAY = { sms: "SMS", ring: t("gọi chuông"), link: t("liên kết"), panel: t("bảng trực ban"), phone: t("trang điện thoại"), wall: t("màn hình") };
export const RANG = { rang: t("đã đổ chuông"), answered: t("đã nghe máy"), busy: t("máy bận"), unreachable: t("không liên lạc được") };

export const EXPORT = { waiting: t("đang chờ"), working: t("đang cắt"), done: t("xong"), failed: t("không xuất được"), gone: t("đã hết hạn, đã xoá") };

export const VERDICT = { false_alarm: t("báo động giả"), true_alarm: t("báo động đúng") };

/** Why nothing of this camera is kept; empty while it records, or is not meant to. */
export function notRecording({ recording = "", missing = [] }) {
  if (recording === "on") return "";
  if (missing.length > 0) return t("Không ghi hình: thiếu %(missing)s", { missing: missing.join(", ") });
  return recording && recording !== "off" ? t("Không ghi hình: %(recording)s", { recording }) : "";
}

/** "2 người" for the most that were there at once. */
export function mostWords(label, most) {
  return `${most} ${LABEL[label] ?? label}`;
}

export const SEVERITY = { minor: t("Nhẹ"), moderate: t("Cần chú ý"), severe: t("Nghiêm trọng"), extreme: t("Khẩn cấp") };

export const HORN = {
  idle: t("sẵn sàng"),
  preparing: t("đang chuẩn bị"),
  playing: t("ĐANG PHÁT"),
  unknown: t("chưa rõ trạng thái"),
  offline: t("mất liên lạc"),
};

/** What a horn says about a talk that it was ordered to play. */
export const TALK_HORN = {
  asked: t("đang gọi"),
  received: t("sẵn sàng, chờ tiếng"),
  playing: t("ĐANG PHÁT"),
  done: t("đã phát xong"),
  failed: t("không phát được"),
  preempted: t("nhường tin khẩn hơn"),
  refused: t("từ chối"),
};

export const OUTCOME = {
  PLAYED: t("đã phát đủ"),
  PARTIAL: t("phát dở"),
  SILENT: t("không ra tiếng"),
  REFUSED: t("từ chối lệnh"),
  UNKNOWN: t("không rõ kết quả"),
};

export const PRIORITY = {
  thuong: t("Thường"),
  uu_tien: t("Ưu tiên"),
  khan_cap: t("Khẩn cấp"),
  live: t("Nói trực tiếp"),
  relay: t("Tiếp sóng"),
};

export const BULLETIN = {
  unread: t("Có chữ chưa đọc được"),
  rendering: t("Đang đọc thành tiếng"),
  failed: t("Không tạo được tiếng"),
  draft: t("Bản nháp, chờ gửi duyệt"),
  ready: t("Chờ lãnh đạo duyệt"),
  reapprove: t("Cần duyệt lại"),
  returned: t("Trả lại để sửa"),
  approved: t("Đã duyệt, chờ phát"),
  airing: t("Đang phát"),
  aired: t("Đã phát"),
  queued: t("Chờ đến lượt phát"),
  stopped: t("Đã bị dừng"),
  dropped: t("Chưa phát, đã thôi chờ"),
};

/** What became of a planned airing. */
export const AIRING = {
  planned: t("theo lịch"),
  airing: t("đang phát"),
  waiting: t("chờ loa rảnh"),
  aired: t("đã phát"),
  dropped: t("không phát"),
  refused: t("không phát"),
  stopped: t("bị dừng"),
  unknown: t("chưa rõ kết quả"),
};

export const WEEKDAY = [t("Thứ hai"), t("Thứ ba"), t("Thứ tư"), t("Thứ năm"), t("Thứ sáu"), t("Thứ bảy"), t("Chủ nhật")];

export const TEMPLATE = {
  rendering: t("Máy đang đọc"),
  ready: t("Chờ lãnh đạo duyệt"),
  reapprove: t("Lời đã đổi, cần duyệt lại"),
  approved: t("Đã duyệt"),
};

/** Whether two names that people typed are one: capitals, spaces and the coding of accents do not count. */
export function isSameName(one, other) {
  const plain = (name) => (name ?? "").normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean).join(" ");
  return plain(one) === plain(other);
}

export const TOLD = { waiting: t("đang gửi"), sending: t("đang gửi"), unsure: t("chưa chắc đã gửi"), sent: t("đã nhắn"), delivered: t("máy đã nhận"), taken: t("đã trả lời"), failed: t("không nhắn được"), dropped: t("không cần nữa") };

export const SERVICE = { up: t("chạy tốt"), starting: t("đang khởi động"), down: t("hỏng"), off: t("tắt") };

export const SERVICE_NAMES = {
  store: t("Kho dữ liệu"),
  vision: t("Phân tích hình"),
  live: t("Truyền hình trực tiếp"),
  "speech-alarms": t("Đọc tin báo động"),
  speech: t("Đọc thành tiếng"),
  talk: t("Micrô trực tiếp"),
  node: t("Loa tại chỗ"),
  player: t("Loa tại chỗ"),
  broadcast: t("Điều khiển loa"),
  alerts: t("Báo động điện thoại"),
  sensing: t("Đo mực nước"),
  gauge: t("Trạm đo"),
  feed: t("Nguồn số đo"),
  hand: t("Số đo tay"),
  sync: t("Gửi về tỉnh"),
  web: t("Trang web"),
  broker: t("Trạm tin MQTT"),
  detector: t("Nhận dạng"),
  whep: t("Xem một camera"),
  modem: t("Modem nhắn tin"),
};

export const UPLINK = { up: t("Thông về tỉnh"), down: t("Mất đường về tỉnh"), off: t("Không nối về tỉnh") };

const WAITS = {
  shaped: t("giữ đúng tốc độ của giờ này"), budget: t("tiết kiệm dung lượng"), hub_wait: t("tỉnh bảo chờ"), refused: t("tỉnh chưa nhận"),
};

// Why events wait for the province, as the end of a sentence; empty while they simply go, or while the line is down.
export function waitWords({ backlog, reason }) {
  return backlog > 0 && WAITS[reason] ? `, ${WAITS[reason]}` : "";
}

export const CLOCK = { synced: t("giờ chuẩn"), rtc: t("giờ đồng hồ máy"), floor: t("KHÔNG BIẾT GIỜ") };

export const LABEL = {
  person: t("người"),
  bicycle: t("xe đạp"),
  car: t("ô tô"),
  motorcycle: t("xe máy"),
  bus: t("xe khách"),
  truck: t("xe tải"),
  boat: t("thuyền"),
  dog: t("chó"),
  cat: t("mèo"),
  cow: t("bò"),
};

export const LEVEL = [t("Dưới báo động 1"), t("Trên báo động 1"), t("Trên báo động 2"), t("Trên báo động 3")];

export const KIND = {
  time: t("giờ"),
  date: t("ngày"),
  number: t("số"),
  quantity: t("số đo"),
  ratio: t("tỉ số"),
  phone: t("số điện thoại"),
  document: t("số văn bản"),
  plate: t("biển số"),
  code: t("mã"),
  roman: t("số La Mã"),
  letter: t("chữ cái"),
  abbreviation: t("viết tắt"),
  foreign: t("tiếng nước ngoài"),
  internet: t("địa chỉ mạng"),
  symbol: t("ký hiệu"),
  silent: t("không đọc"),
};

const decimals = new Map();

/** A number as Vietnamese writes it: 3,25. */
export function number(value, digits = 2) {
  if (value === null || value === undefined) return "–";
  if (!decimals.has(digits)) {
    const shape = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    decimals.set(digits, new Intl.NumberFormat("vi-VN", shape));
  }
  return decimals.get(digits).format(value);
}

/** What somebody typed as a number, "3,25" or "3.25"; raises an Error with this sentence for anything else. */
export function typedNumber(text, sentence) {
  const value = Number(text.trim().replace(",", "."));
  if (!Number.isFinite(value) || text.trim() === "") throw new Error(sentence);
  return value;
}

/** Seconds as m:ss. */
export function length(ms) {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** The names of these hamlets; all of them are "Toàn xã". */
export function hamletNames(ids, commune) {
  const known = commune?.hamlets ?? [];
  if (ids.includes("all") || (known.length > 0 && known.every((hamlet) => ids.includes(hamlet.id)))) return t("Toàn xã");
  return ids.map((id) => known.find((hamlet) => hamlet.id === id)?.name ?? id).join(", ");
}

/** A service's name for people: "vision-0" is a shard of vision. */
export function serviceName(name) {
  const [first, ...rest] = name.split(/[-_:]/);
  const known = SERVICE_NAMES[name] ?? SERVICE_NAMES[first];
  return known ? [known, ...rest.filter((part) => /^\d+$/.test(part))].join(" ") : name;
}
