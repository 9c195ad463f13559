"""H.264 as RTSP and MP4 carry it, turned into what an fMP4 sample holds (ISO/IEC 14496-15)."""

import struct
from dataclasses import dataclass
from functools import cached_property

from edge.core.errors import FinalError
from edge.workers import annex_b
from edge.workers.live.sps import PictureShape, read_sps

SPS, PPS = 7, 8
_NOT_IN_SAMPLES = frozenset({SPS, PPS, 9, 12})
"""Parameter sets live in the init segment; access unit delimiters and filler only cost bytes."""
_HIGH_PROFILES = frozenset({100, 110, 122, 144})


def nal_type(unit: bytes) -> int:
    """The nal_unit_type of a NAL unit that is not empty."""
    return unit[0] & 0x1F


@dataclass(frozen=True)
class ParameterSets:
    """One SPS and one PPS: everything a decoder needs before the first key frame."""

    sps: bytes
    pps: bytes

    @cached_property
    def shape(self) -> PictureShape:
        """Size and chroma of the pictures; raises FinalError if the SPS is rubbish."""
        return read_sps(self.sps)

    @property
    def mime(self) -> str:
        """What MediaSource.addSourceBuffer takes (RFC 6381)."""
        return f'video/mp4; codecs="avc1.{self.sps[1:4].hex()}"'

    @property
    def avcc(self) -> bytes:
        """AVCDecoderConfigurationRecord with four-byte lengths."""
        record = bytes([1]) + self.sps[1:4] + bytes([0xFF, 0xE1])
        record += struct.pack(">H", len(self.sps)) + self.sps
        record += bytes([1]) + struct.pack(">H", len(self.pps)) + self.pps
        if self.sps[1] in _HIGH_PROFILES:
            shape = self.shape
            depths = (0xF8 | shape.bit_depth_luma - 8, 0xF8 | shape.bit_depth_chroma - 8)
            record += bytes([0xFC | shape.chroma_format, *depths, 0])
        return record


class UnitReader:
    """Splits packets into NAL units; the extradata tells whether start codes (RTSP) or lengths (MP4) part them."""

    def __init__(self, extradata: bytes) -> None:
        self._length_bytes = (extradata[4] & 3) + 1 if _is_avcc(extradata) else 0

    def units(self, packet: bytes) -> list[bytes]:
        """The NAL units of one packet, none of them empty; raises FinalError on a broken length."""
        return _split_lengths(packet, self._length_bytes) if self._length_bytes else annex_b.units(packet)


def parameter_sets(extradata: bytes) -> ParameterSets | None:
    """The sets that a demuxer gave, or None if it gave none; raises FinalError on a broken record."""
    return first_sets(_avcc_units(extradata) if _is_avcc(extradata) else annex_b.units(extradata))


def first_sets(units: list[bytes]) -> ParameterSets | None:
    """The first SPS and PPS among ``units``, or None if one is missing; raises FinalError if the SPS is rubbish."""
    sps = next((unit for unit in units if nal_type(unit) == SPS), None)
    pps = next((unit for unit in units if nal_type(unit) == PPS), None)
    if sps is None or pps is None:
        return None
    read_sps(sps)
    return ParameterSets(sps, pps)


def sample(units: list[bytes]) -> bytes:
    """An fMP4 sample: each unit after its length in four bytes, parameter sets left out."""
    return b"".join(struct.pack(">I", len(unit)) + unit for unit in units if nal_type(unit) not in _NOT_IN_SAMPLES)


def _is_avcc(extradata: bytes) -> bool:
    return len(extradata) > 6 and extradata[0] == 1


def _split_lengths(data: bytes, length_bytes: int) -> list[bytes]:
    units, at = [], 0
    while at < len(data):
        begin = at + length_bytes
        at = begin + int.from_bytes(data[at:begin], "big")
        if at > len(data):
            raise FinalError("Gói hình H.264 ghi độ dài quá phần còn lại.")
        if at > begin:
            units.append(data[begin:at])
    return units


def _avcc_units(record: bytes) -> list[bytes]:
    units: list[bytes] = []
    at = 5
    for mask in (0x1F, 0xFF):  # first the SPS, then the PPS, each list after its count
        count, at = int.from_bytes(record[at : at + 1], "big") & mask, at + 1
        for _ in range(count):
            unit = _counted(record, at)
            units.append(unit)
            at += 2 + len(unit)
    return units


def _counted(record: bytes, at: int) -> bytes:
    length = int.from_bytes(record[at : at + 2], "big")
    unit = record[at + 2 : at + 2 + length]
    if not unit or len(unit) < length:
        raise FinalError("Bản ghi avcC bị cụt.")
    return unit
