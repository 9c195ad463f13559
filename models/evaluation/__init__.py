"""How well a detector sees: average precision as the COCO challenge defines it, on anybody's pictures."""
