// Every word that the pages say about a state: one catalogue, Vietnamese.

export const CAMERA = {
  connecting: "đang kết nối",
  online: "đang hoạt động",
  refused: "từ chối kết nối",
  stalled: "ngừng gửi hình",
  garbled: "hình bị hỏng",
  offline: "mất kết nối",
};

export const TROUBLE = { frozen: "Đứng hình", covered: "Bị che", moved: "Bị xoay", blurred: "Mờ" };

export const MODE = { packets: "chỉ đếm gói", keys: "ảnh khoá", full: "mọi ảnh" };

/** What the rules of zones, lines and cameras are called. */
export const RULE_KIND = {
  enter: "vào vùng",
  line: "qua vạch",
  loiter: "nán lại lâu",
  count: "tụ tập đông",
  closed_street: "xe vào đường cấm",
  river_bank: "người ở bờ nước khi nước cao",
  parked: "đỗ xe quá lâu",
  offline: "camera mất kết nối",
  frozen: "camera đứng hình",
  covered: "camera bị che",
  moved: "camera bị xoay",
  blurred: "camera bị mờ",
};

export const INCIDENT_KIND = { intrusion: "Camera thấy", flood_level: "Mực nước", device: "Thiết bị có vấn đề", horn: "Loa có vấn đề", warning: "Cảnh báo từ nơi khác", report: "Báo cáo từ thôn" };

/** What happened to an incident, with the icon of each. */
export const STORY = {
  opened: ["Bắt đầu", "moderate"],
  seen: ["Đã xem", "screen"],
  more: ["Đông hơn", "person"],
  taken: ["Nhận việc", "hand"],
  still: ["Có ảnh", "camera"],
  clip: ["Có đoạn ghi", "play"],
  judged: ["Đánh giá", "pen"],
  closed: ["Kết thúc", "check"],
  answered: ["Trả lời", "phone"],
  note: ["Nhắn", "pen"],
  reported: ["Báo cáo từ thôn", "phone"],
  photo: ["Gửi ảnh", "photo"],
};

/** What an official answered. */
export const ANSWER = { taken: "đã nhận việc", on_my_way: "đang đến", need_help: "CẦN GIÚP", done: "báo xong" };

/** How far the people of an incident are, and by what they were told. */
export const STATUS = { not_reached: "CHƯA TỚI", trying: "đang gọi", answered: "đã trả lời", not_needed: "không cần nữa" };
export const MESSAGE = { waiting: "đang chờ gửi", sending: "đang gửi", unsure: "chưa chắc đã gửi", sent: "đã gửi", delivered: "máy đã nhận", taken: "đã trả lời", failed: "không gửi được", dropped: "không gửi nữa" };
export const WAY = { sms: "SMS", ring: "gọi chuông", link: "liên kết", panel: "bảng trực ban", phone: "trang điện thoại", wall: "màn hình" };
export const RANG = { rang: "đã đổ chuông", answered: "đã nghe máy", busy: "máy bận", unreachable: "không liên lạc được" };

export const EXPORT = { waiting: "đang chờ", working: "đang cắt", done: "xong", failed: "không xuất được", gone: "đã hết hạn, đã xoá" };

export const VERDICT = { false_alarm: "báo động giả", true_alarm: "báo động đúng" };

/** Why nothing of this camera is kept; empty while it records, or is not meant to. */
export function notRecording({ recording = "", missing = [] }) {
  if (recording === "on") return "";
  if (missing.length > 0) return `Không ghi hình: thiếu ${missing.join(", ")}`;
  return recording && recording !== "off" ? `Không ghi hình: ${recording}` : "";
}

/** "2 người" for the most that were there at once. */
export function mostWords(label, most) {
  return `${most} ${LABEL[label] ?? label}`;
}

export const SEVERITY = { minor: "Nhẹ", moderate: "Cần chú ý", severe: "Nghiêm trọng", extreme: "Khẩn cấp" };

export const HORN = {
  idle: "sẵn sàng",
  preparing: "đang chuẩn bị",
  playing: "ĐANG PHÁT",
  unknown: "chưa rõ trạng thái",
  offline: "mất liên lạc",
};

/** What a horn says about a talk that it was ordered to play. */
export const TALK_HORN = {
  asked: "đang gọi",
  received: "sẵn sàng, chờ tiếng",
  playing: "ĐANG PHÁT",
  done: "đã phát xong",
  failed: "không phát được",
  preempted: "nhường tin khẩn hơn",
  refused: "từ chối",
};

export const OUTCOME = {
  PLAYED: "đã phát đủ",
  PARTIAL: "phát dở",
  SILENT: "không ra tiếng",
  REFUSED: "từ chối lệnh",
  UNKNOWN: "không rõ kết quả",
};

export const PRIORITY = {
  thuong: "Thường",
  uu_tien: "Ưu tiên",
  khan_cap: "Khẩn cấp",
  live: "Nói trực tiếp",
  relay: "Tiếp sóng",
};

export const BULLETIN = {
  unread: "Có chữ chưa đọc được",
  rendering: "Đang đọc thành tiếng",
  failed: "Không tạo được tiếng",
  draft: "Bản nháp, chờ gửi duyệt",
  ready: "Chờ lãnh đạo duyệt",
  reapprove: "Cần duyệt lại",
  returned: "Trả lại để sửa",
  approved: "Đã duyệt, chờ phát",
  airing: "Đang phát",
  aired: "Đã phát",
  queued: "Chờ đến lượt phát",
  stopped: "Đã bị dừng",
  dropped: "Chưa phát, đã thôi chờ",
};

/** What became of a planned airing. */
export const AIRING = {
  planned: "theo lịch",
  airing: "đang phát",
  waiting: "chờ loa rảnh",
  aired: "đã phát",
  dropped: "không phát",
  refused: "không phát",
  stopped: "bị dừng",
  unknown: "chưa rõ kết quả",
};

export const WEEKDAY = ["Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật"];

export const TEMPLATE = {
  rendering: "Máy đang đọc",
  ready: "Chờ lãnh đạo duyệt",
  reapprove: "Lời đã đổi, cần duyệt lại",
  approved: "Đã duyệt",
};

/** Whether two names that people typed are one: capitals, spaces and the coding of accents do not count. */
export function isSameName(one, other) {
  const plain = (name) => (name ?? "").normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean).join(" ");
  return plain(one) === plain(other);
}

export const TOLD = { waiting: "đang gửi", sending: "đang gửi", unsure: "chưa chắc đã gửi", sent: "đã nhắn", delivered: "máy đã nhận", taken: "đã trả lời", failed: "không nhắn được", dropped: "không cần nữa" };

export const SERVICE = { up: "chạy tốt", starting: "đang khởi động", down: "hỏng", off: "tắt" };

export const SERVICE_NAMES = {
  store: "Kho dữ liệu",
  vision: "Phân tích hình",
  live: "Truyền hình trực tiếp",
  "speech-alarms": "Đọc tin báo động",
  speech: "Đọc thành tiếng",
  talk: "Micrô trực tiếp",
  node: "Loa tại chỗ",
  player: "Loa tại chỗ",
  broadcast: "Điều khiển loa",
  alerts: "Báo động điện thoại",
  sensing: "Đo mực nước",
  gauge: "Trạm đo",
  feed: "Nguồn số đo",
  hand: "Số đo tay",
  sync: "Gửi về tỉnh",
  web: "Trang web",
  broker: "Trạm tin MQTT",
  detector: "Nhận dạng",
};

export const UPLINK = { up: "Thông về tỉnh", down: "Mất đường về tỉnh", off: "Không nối về tỉnh" };

const WAITS = {
  shaped: "giữ đúng tốc độ của giờ này", budget: "tiết kiệm dung lượng", hub_wait: "tỉnh bảo chờ", refused: "tỉnh chưa nhận",
};

// Why events wait for the province, as the end of a sentence; empty while they simply go, or while the line is down.
export function waitWords({ backlog, reason }) {
  return backlog > 0 && WAITS[reason] ? `, ${WAITS[reason]}` : "";
}

export const CLOCK = { synced: "giờ chuẩn", rtc: "giờ đồng hồ máy", floor: "KHÔNG BIẾT GIỜ" };

export const LABEL = {
  person: "người",
  bicycle: "xe đạp",
  car: "ô tô",
  motorcycle: "xe máy",
  bus: "xe khách",
  truck: "xe tải",
  boat: "thuyền",
  dog: "chó",
  cat: "mèo",
  cow: "bò",
};

export const LEVEL = ["Dưới báo động 1", "Trên báo động 1", "Trên báo động 2", "Trên báo động 3"];

export const KIND = {
  time: "giờ",
  date: "ngày",
  number: "số",
  quantity: "số đo",
  ratio: "tỉ số",
  phone: "số điện thoại",
  document: "số văn bản",
  plate: "biển số",
  code: "mã",
  roman: "số La Mã",
  letter: "chữ cái",
  abbreviation: "viết tắt",
  foreign: "tiếng nước ngoài",
  internet: "địa chỉ mạng",
  symbol: "ký hiệu",
  silent: "không đọc",
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
  if (ids.includes("all") || (known.length > 0 && known.every((hamlet) => ids.includes(hamlet.id)))) return "Toàn xã";
  return ids.map((id) => known.find((hamlet) => hamlet.id === id)?.name ?? id).join(", ");
}

/** A service's name for people: "vision-0" is a shard of vision. */
export function serviceName(name) {
  const [first, ...rest] = name.split(/[-_:]/);
  const known = SERVICE_NAMES[name] ?? SERVICE_NAMES[first];
  return known ? [known, ...rest.filter((part) => /^\d+$/.test(part))].join(" ") : name;
}
