"""One folder a device. A new device is a new folder here and nothing else."""
