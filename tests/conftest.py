"""What holds for every test."""

from hypothesis import settings

settings.register_profile("molang", deadline=None)  # a busy machine is no failure; speed is measured by benches
settings.load_profile("molang")
