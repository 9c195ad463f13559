"""What is said about a forecast: whole Vietnamese sentences that tell what it rests on."""

from collections.abc import Mapping

from edge.core.forecast.history import HOUR_MS

TOO_FEW = "Chưa dự báo được: chưa đủ số đo trong {hours} giờ qua (có {have}, cần {need})."
NONE_YET = "Chưa dự báo được: trạm chưa có số đo nào."
TOO_OLD = "Chưa dự báo được: số đo mới nhất đã cũ {age}, quá {most} giờ."
GAP = "Chưa dự báo được: giữa hai số đo mới nhất cách nhau {gap}, không biết nước lên xuống ra sao."
LEAP = "Chưa dự báo được: số đo mới nhất nhảy {leap} m trong một giờ, cần kiểm tra trạm đo trước."
TOO_FAR = "Chưa dự báo được: mô hình chỉ nhìn trước được {most} giờ kể từ số đo mới nhất."
NO_MODEL = "Chưa dự báo được: mô hình thiếu phần cho những số đo đang có."

NO_UPSTREAM = "Không có số đo mới từ thượng nguồn nên dự báo kém chắc hơn."
UNSEEN_RELEASE = "Có thông báo xả lũ mà mô hình chưa từng thấy: nước có thể lên cao hơn nhiều."
RELEASE = "Đã tính lượng xả lũ được thông báo."
FASTEST = "Nước đang thay đổi nhanh hơn mọi trận lũ đã học."
NOT_CERTAIN = "Đây là ước tính, không phải điều chắc chắn."


def span(length_ms: float) -> str:
    """Such as "45 phút", "2 giờ" or "2 giờ 30 phút"."""
    minutes = round(length_ms / 60_000)
    hours, rest = divmod(minutes, 60)
    parts = ([f"{hours} giờ"] if hours else []) + ([f"{rest} phút"] if rest or not hours else [])
    return " ".join(parts)


def reasons(seen: Mapping[str, float], names: tuple[str, ...], age_ms: int) -> list[str]:
    """What the forecast rests on, one sentence for each thing."""
    said = [_moved("Trong 1 giờ qua nước", seen["rate"])]
    if "up_3" in names:
        said.append(_moved("Trong 3 giờ qua thượng nguồn", seen["up_3"]))
    if "rain_3" in names and seen["rain_3"] > 0:
        said.append(f"Mưa 3 giờ qua {seen['rain_3'] * 10:.0f} mm.")
    if age_ms > HOUR_MS // 2:
        said.append(f"Số đo mới nhất đã {span(age_ms)}.")
    return said


def _moved(what: str, change_m: float) -> str:
    centimetres = round(abs(change_m) * 100)
    if centimetres == 0:
        return f"{what} gần như đứng yên."
    return f"{what} {'lên' if change_m > 0 else 'xuống'} {centimetres} cm."
