"""From the official checkpoint to ONNX with numpy and onnx only: no torch comes near the box."""

from typing import Final

# Goes up whenever the same checkpoint would give another graph: converted files of an older number are made again.
CONVERTER: Final = 1
