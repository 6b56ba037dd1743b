"""Settings of the property tests."""

from hypothesis import settings

# A slow machine is no bug in the code.
settings.register_profile("stepkeeper", deadline=None)
settings.load_profile("stepkeeper")
