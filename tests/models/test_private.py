from __future__ import annotations

import pytest

from models.errors import BadManifestError
from models.private import refuse_private


@pytest.mark.parametrize(
    "label",
    [
        "face",
        "Human Face",
        "HumanFace",
        "humanface",
        "faceid",
        "facial_landmarks",
        "face_mask",
        "with_mask",
        "license_plate",
        "licence-plate",
        "LicensePlate",
        "number plate",
        "carplate2",
        "LPR",
        "vn-anpr",
        "mặt",
        "MẶT",
        "khuôn mặt",
        "khuo\u0302n ma\u0323\u0306t",
        "gương mặt",
        "khuon_mat",
        "mat nguoi",
        "khẩu trang",
        "biển số",
        "Biển  số xe",
        "bien_so_xe",
        "biensoxe",
        "biển kiểm soát",
        "f\u200bace",
        "ｆａｃｅ",
        "车牌",
    ],
)
def test_faces_and_number_plates_are_refused_in_every_spelling(label: str) -> None:
    with pytest.raises(BadManifestError, match=r"ở đây: .*không nhận mặt người"):
        refuse_private(("person", label), "ở đây")


def test_words_that_only_look_alike_are_not_refused() -> None:
    harmless = ("surfboard", "water surface", "interface", "facet", "facade", "template", "plateau", "mặt nước")
    refuse_private((*harmless, "mặt đường", "bề mặt", "biển báo", "bowl", "person", "số nhà"), "ở đây")
