"""From compressed packets to pictures worth a look: governor, ring, motion, scene health, watchers."""
