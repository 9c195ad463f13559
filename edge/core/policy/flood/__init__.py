"""What a river means: which readings may decide, which level stands, how much rain fell."""

from edge.core.policy.flood.levels import HYSTERESIS_M, LevelChanged, decide

__all__ = ["HYSTERESIS_M", "LevelChanged", "decide"]
