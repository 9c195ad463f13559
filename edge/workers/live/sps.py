"""What a muxer must know from a sequence parameter set (ITU-T H.264, 7.3.2.1.1)."""

from dataclasses import dataclass

from edge.core.errors import FinalError
from edge.workers.live.bits import BitReader

_WITH_CHROMA = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244})
"""Profiles whose parameter set tells the chroma format and the bit depths."""
_MOST_PIXELS = 16_384


@dataclass(frozen=True, slots=True)
class PictureShape:
    """The visible size in pixels, and the three fields that the avcC record of a high profile repeats."""

    width: int
    height: int
    chroma_format: int
    bit_depth_luma: int
    bit_depth_chroma: int


def read_sps(sps: bytes) -> PictureShape:
    """The shape of the pictures that follow ``sps`` (a NAL unit with its header byte); raises FinalError on rubbish."""
    if len(sps) < 5:
        raise FinalError("Gói tham số H.264 bị cụt.")
    bits = BitReader(sps[4:].replace(b"\x00\x00\x03", b"\x00\x00"))
    bits.unsigned()  # seq_parameter_set_id
    chroma, luma_depth, chroma_depth = _chroma(bits) if sps[1] in _WITH_CHROMA else (1, 8, 8)
    _skip_order_count(bits)
    bits.unsigned()  # max_num_ref_frames
    bits.bits(1)  # gaps_in_frame_num_value_allowed_flag
    width, height = _size(bits, chroma)
    if not (0 < width <= _MOST_PIXELS and 0 < height <= _MOST_PIXELS):
        raise FinalError(f"Gói tham số H.264 ghi khung hình {width}x{height}.")
    return PictureShape(width, height, chroma, luma_depth, chroma_depth)


def _chroma(bits: BitReader) -> tuple[int, int, int]:
    chroma = bits.unsigned()
    if chroma == 3:
        bits.bits(1)  # separate_colour_plane_flag
    luma_depth, chroma_depth = 8 + bits.unsigned(), 8 + bits.unsigned()
    bits.bits(1)  # qpprime_y_zero_transform_bypass_flag
    if bits.bits(1):
        for index in range(12 if chroma == 3 else 8):
            if bits.bits(1):
                _skip_scaling_list(bits, 16 if index < 6 else 64)
    return chroma, luma_depth, chroma_depth


def _skip_scaling_list(bits: BitReader, length: int) -> None:
    last, following = 8, 8
    for _ in range(length):
        if following:
            following = (last + bits.signed()) % 256
        last = following or last


def _skip_order_count(bits: BitReader) -> None:
    bits.unsigned()  # log2_max_frame_num_minus4
    kind = bits.unsigned()
    if kind == 0:
        bits.unsigned()  # log2_max_pic_order_cnt_lsb_minus4
    elif kind == 1:
        bits.bits(1)
        bits.signed()
        bits.signed()
        for _ in range(min(bits.unsigned(), 255)):
            bits.signed()


def _size(bits: BitReader, chroma: int) -> tuple[int, int]:
    width, map_height = 16 * (bits.unsigned() + 1), 16 * (bits.unsigned() + 1)
    frames_only = bits.bits(1)
    height = map_height * (2 - frames_only)
    if not frames_only:
        bits.bits(1)  # mb_adaptive_frame_field_flag
    bits.bits(1)  # direct_8x8_inference_flag
    if not bits.bits(1):
        return width, height
    left, right, top, bottom = (bits.unsigned() for _ in range(4))
    unit_x = 2 if chroma in (1, 2) else 1
    unit_y = (2 if chroma == 1 else 1) * (2 - frames_only)
    return width - unit_x * (left + right), height - unit_y * (top + bottom)
