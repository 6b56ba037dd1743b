"""What an operator would write into src, for the demo and the tests on a deployed stack."""

from pathlib import Path

from local.chain import MAP

FILES = {"pipelines.toml": MAP, "exports.toml": Path(__file__).with_name("exports.toml")}
"""By the names that they have in src."""
