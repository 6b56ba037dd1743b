"""Two embedded AWS for all tests here: the patched one, and MiniStack as it comes."""

from collections.abc import Iterator

import pytest

from local.embedded_aws import EmbeddedAws, running


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """The embedded AWS that the demo and the e2e tests run on."""
    with running(tmp_path_factory.mktemp("embedded")) as aws:
        yield aws


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """MiniStack without our patches: what it does otherwise than AWS is why they are there.

    A test that fails for `bare` says that a patch has become needless.
    """
    with running(tmp_path_factory.mktemp("bare"), patched=False) as aws:
        yield aws
