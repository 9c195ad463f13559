"""`molang cameras …`: what a technician asks about cameras, each a process of its own that ends with its answer."""
