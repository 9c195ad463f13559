"""One folder per way of running a model. A new one is a new folder with `Settings` and `setup`."""
