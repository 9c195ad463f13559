"""What the deeds of the audit log are called: the subject by the first half of a deed's name, the act by the second."""

from web.speaking import later, say

DEEDS = {
    "abbreviation": later("Chữ tắt"),
    "account": later("Tài khoản"),
    "bank": later("Giọng của xã"),
    "bulletin": later("Bản tin"),
    "camera": later("Camera"),
    "drill": later("Diễn tập"),
    "flood": later("Ứng phó nước"),
    "horn": later("Loa"),
    "horns": later("Dừng loa"),
    "incident": later("Sự cố"),
    "indicator": later("Chỉ tiêu"),
    "levels": later("Mức báo động"),
    "programme": later("Lịch phát"),
    "reading": later("Số đo"),
    "recording": later("Ghi hình"),
    "report": later("Báo cáo"),
    "request": later("Yêu cầu về dữ liệu"),
    "resident": later("Phản ánh của bà con"),
    "rule": later("Luật camera"),
    "session": later("Đăng nhập"),
    "settings": later("Cài đặt"),
    "shift": later("Ca trực"),
    "storm": later("Chế độ bão lũ"),
    "talk": later("Micrô"),
    "template": later("Mẫu tin"),
    "urgent": later("Tin khẩn của tỉnh"),
}
ACTS = {
    "add": later("ghi thêm"),
    "air": later("phát"),
    "answer": later("trả lời"),
    "answered": later("đã trả lời"),
    "applied": later("áp dụng"),
    "approve": later("duyệt"),
    "begin": later("bắt đầu"),
    "cancelled": later("không áp dụng"),
    "change": later("sửa"),
    "close": later("khép lại"),
    "done": later("đã làm xong"),
    "draft": later("soạn"),
    "end": later("kết thúc"),
    "export": later("xuất"),
    "form": later("đổi trên trang"),
    "give": later("nhập tay"),
    "hand": later("sửa tay tệp"),
    "hand_over": later("giao ca"),
    "judge": later("đánh giá"),
    "kept": later("giữ lại"),
    "make": later("lập"),
    "note": later("ghi chú"),
    "pin": later("giữ hình"),
    "refused": later("từ chối"),
    "remove": later("bỏ"),
    "return": later("trả lại"),
    "reverted": later("tự quay về"),
    "set": later("đặt"),
    "settle": later("giải quyết"),
    "sign": later("ký số"),
    "sign_off": later("ký xác nhận"),
    "start": later("bật"),
    "stop": later("dừng"),
    "submit": later("gửi duyệt"),
    "suspend": later("tạm nghỉ"),
    "take": later("nhận"),
    "take_over": later("nhận ca"),
    "test": later("thử"),
    "undo": later("hoàn tác"),
    "unpin": later("thôi giữ hình"),
    "view": later("xem"),
}


def words_of(action: str) -> str:
    """``bulletin.approve`` in words; a deed that has none is called as it is written."""
    subject, _, act = action.partition(".")
    if subject not in DEEDS:
        return action
    return f"{say(DEEDS[subject])}: {say(ACTS[act]) if act in ACTS else act.replace('_', ' ')}"
