"""From pictures to tracks: regions, a fair queue, the engine's thread, the tracker."""
