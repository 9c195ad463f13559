"""Everything this shard says to people, in one place."""

NO_MODEL = "Chưa có mô hình phát hiện; camera chỉ báo chuyển động."
MODEL_GONE = "Không thấy tệp mô hình {name}; camera chỉ báo chuyển động."

CAMERA_REFUSED = "Camera từ chối kết nối."
CAMERA_PASSWORD = "Camera không nhận tên hoặc mật khẩu."  # noqa: S105 - a sentence, not a password
CAMERA_NO_PATH = "Camera không có luồng hình ở địa chỉ này."
CAMERA_UNREACHABLE = "Không tới được camera qua mạng."
CAMERA_CLOSED = "Camera ngắt kết nối."
CAMERA_SILENT = "Camera kết nối được nhưng không gửi hình."
CAMERA_RUBBISH = "Camera gửi dữ liệu không đọc được."
CAMERA_NO_VIDEO = "Luồng của camera không có hình."
CAMERA_CODEC = "Camera gửi hình kiểu {codec}, cần H.264 hoặc H.265."
CAMERA_NEW_SIZE = "Camera đổi cỡ hình, đang kết nối lại."
