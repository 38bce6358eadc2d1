"""What tests of signatures are run over: the samples of dcmsign, and our fixtures under signatures of our own."""

from collections.abc import Callable
from functools import cache

import pytest

from dicomsig.vectors.forge import forge
from dicomsig.vectors.samples import samples
from dicomsig.vectors.wrong_signers.twins import of


@cache
def _file_of(name: str) -> bytes:
    maker, _, stem = name.partition("/")
    if maker == "dcmtk":
        (data,) = (sample.path.read_bytes() for sample in samples() if sample.path.stem == stem)
        return data
    return forge(of(stem))


@pytest.fixture(scope="session")
def file_of() -> Callable[[str], bytes]:
    """The bytes of ``dcmtk/NAME``, a sample, or of ``own/NAME``, a fixture signed over all that can be."""
    return _file_of
