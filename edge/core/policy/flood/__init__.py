"""What a river means: which readings may decide, which level stands, how much rain fell, what happens then."""

from edge.core.policy.flood.levels import HYSTERESIS_M

__all__ = ["HYSTERESIS_M"]
