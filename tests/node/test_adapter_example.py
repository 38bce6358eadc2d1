"""The example adapter for Node works as it stands in the documentation."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dicomsig.systems.limits import ProcessLimits
from dicomsig.systems.process_adapter import ProcessAdapter
from dicomsig.systems.protocol import Declined, Description, FileVerdict, Signatures, VerdictOfFile
from dicomsig.systems.reference_adapter import ReferenceAdapter
from dicomsig.vectors.instances import committed_path
from dicomsig.vectors.pki import chain_path, other_trust_path
from dicomsig.vectors.samples import Sample, samples

pytestmark = pytest.mark.node

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "adapter.mjs"


@pytest.fixture(scope="module")
def adapter() -> Iterator[ProcessAdapter]:
    """The example around our own command line; Node has to be there."""
    node = shutil.which("node")
    if node is None:
        pytest.fail("node is not installed")
    command = [node, str(EXAMPLE), sys.executable, "-m", "dicomsig"]
    with closing(ProcessAdapter(command, ProcessLimits(call=60))) as started:
        yield started


def test_it_describes_itself(adapter: ProcessAdapter) -> None:
    """Its name and its axes are read."""
    described = adapter.describe()
    assert isinstance(described, Description)
    assert (described.name, len(described.axes)) == ("Example Viewer", 4)


@pytest.mark.parametrize("sample", samples()[:1] + samples()[-6:-3], ids=lambda sample: sample.path.stem)
@pytest.mark.parametrize("anchor", [chain_path(), other_trust_path()], ids=["trusted", "not-trusted"])
def test_its_rows_are_those_of_the_product(sample: Sample, anchor: Path, adapter: ProcessAdapter) -> None:
    """Here the product is our own command line."""
    answer, expected = adapter.verify(sample.path, [anchor]), ReferenceAdapter().verify(sample.path, [anchor])
    assert isinstance(answer, Signatures)
    assert isinstance(expected, Signatures)
    assert [(r.name, r.integrity, r.structure, r.trust, r.time, r.reasons) for r in answer.signatures] == [
        (r.name, r.integrity, r.structure, r.trust, r.time, r.reasons) for r in expected.signatures
    ]


def test_other_files_and_operations_have_answers(adapter: ProcessAdapter) -> None:
    """Unsigned, unreadable, unsupported; then it leaves in peace."""
    assert adapter.verify(committed_path("ct")) == VerdictOfFile(FileVerdict.UNSIGNED)
    assert adapter.verify(EXAMPLE) == VerdictOfFile(FileVerdict.UNREADABLE)
    assert isinstance(adapter.unknown("frobnicate"), Declined)
    assert adapter.close() is None
