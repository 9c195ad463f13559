"""Reading single bits and Exp-Golomb numbers of an H.264 parameter set (ITU-T H.264, 7.2 and 9.1)."""

from edge.core.errors import FinalError

_LONGEST_GOLOMB = 32


class BitReader:
    """A cursor over the payload of a NAL unit, emulation prevention bytes already taken out."""

    def __init__(self, payload: bytes) -> None:
        self._value = int.from_bytes(payload, "big")
        self._left = len(payload) * 8

    def bits(self, count: int) -> int:
        """The next ``count`` bits as a number; raises FinalError beyond the end."""
        if count > self._left:
            raise FinalError("Gói tham số H.264 bị cụt.")
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def unsigned(self) -> int:
        """ue(v)."""
        zeros = 0
        while not self.bits(1):
            zeros += 1
            if zeros > _LONGEST_GOLOMB:
                raise FinalError("Gói tham số H.264 chứa số quá dài.")
        return (1 << zeros) - 1 + self.bits(zeros)

    def signed(self) -> int:
        """se(v)."""
        code = self.unsigned()
        return (code + 1) // 2 if code % 2 else -(code // 2)
