"""The examples of docs/adapters.md work as they stand: Python, shell, and a plain command line."""

import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from dicomsig.systems.adapters import Verified
from dicomsig.systems.command_adapter import CommandAdapter, ExitCodes
from dicomsig.systems.command_line import CommandTemplate
from dicomsig.systems.faults import AdapterFault
from dicomsig.systems.limits import ProcessLimits
from dicomsig.systems.process_adapter import ProcessAdapter
from dicomsig.systems.protocol import (
    Declined,
    DescribeRequest,
    Description,
    FileVerdict,
    MacInputRequest,
    Signatures,
    SignRequest,
    VerdictOfFile,
    VerifyRequest,
    decode_answer,
)
from dicomsig.systems.reference_adapter import ReferenceAdapter
from dicomsig.vectors.instances import committed_path
from dicomsig.vectors.pki import chain_path, other_trust_path
from dicomsig.vectors.samples import Sample, samples

pytestmark = pytest.mark.slow

DOCS = Path(__file__).resolve().parents[2] / "docs"
PRODUCT = [sys.executable, "-m", "dicomsig"]
INTERPRETERS = {"adapter.py": sys.executable, "adapter.sh": "sh"}
SOME = [sample for sample in samples() if sample.path.stem in ("ct-two-signatures", "sr-item-and-main-sha256")]


@pytest.fixture(scope="module", params=INTERPRETERS)
def adapter(request: pytest.FixtureRequest) -> Iterator[ProcessAdapter]:
    """An example around our own command line."""
    program = shutil.which(INTERPRETERS[request.param])
    assert program is not None
    command = [program, str(DOCS / "examples" / request.param), *PRODUCT]
    with closing(ProcessAdapter(command, ProcessLimits(call=60))) as started:
        yield started


def axes(answer: Verified) -> list[tuple[object, ...]]:
    assert isinstance(answer, Signatures)
    return [(row.name, row.integrity, row.structure, row.trust, row.time) for row in answer.signatures]


def test_an_example_describes_itself(adapter: ProcessAdapter) -> None:
    """Its name and its axes are read."""
    described = adapter.describe()
    assert isinstance(described, Description)
    assert (described.name, len(described.axes)) == ("Example Viewer", 4)


@pytest.mark.parametrize("sample", SOME, ids=lambda sample: sample.path.stem)
@pytest.mark.parametrize("anchors", [[chain_path()], [other_trust_path()], [other_trust_path(), chain_path()], []])
def test_the_rows_of_an_example_are_those_of_the_product(
    sample: Sample, anchors: list[Path], adapter: ProcessAdapter
) -> None:
    """Here the product is our own command line; every anchor reaches it."""
    assert axes(adapter.verify(sample.path, anchors)) == axes(ReferenceAdapter().verify(sample.path, anchors))


def test_an_example_answers_for_other_files_and_operations(adapter: ProcessAdapter) -> None:
    """Unsigned, unreadable, unsupported; then it leaves in peace."""
    assert adapter.verify(committed_path("ct")) == VerdictOfFile(FileVerdict.UNSIGNED)
    assert adapter.verify(DOCS / "adapters.md") == VerdictOfFile(FileVerdict.UNREADABLE)
    assert isinstance(adapter.unknown("frobnicate"), Declined)
    assert adapter.close() is None


def test_our_own_command_line_is_a_verifier(tmp_path: Path) -> None:
    """Its exit codes are verdicts: valid and trusted, wrong, unsigned."""
    path = samples()[0].path
    altered = bytearray(path.read_bytes())
    altered[-1000] ^= 1
    (tmp_path / "altered.dcm").write_bytes(altered)
    template = CommandTemplate.read(f"{shlex.join(PRODUCT)} verify --trust {{trust}} {{file}}")
    codes = ExitCodes.of(accept=[0], reject=[1], unsigned=[3])
    with closing(CommandAdapter(template, codes, ProcessLimits(call=60))) as adapter:
        said = [adapter.verify(file, [chain_path()]) for file in (path, tmp_path / "altered.dcm", committed_path("ct"))]
        said.append(adapter.verify(path, [other_trust_path()]))
    kinds = (FileVerdict.ACCEPT, FileVerdict.REJECT, FileVerdict.UNSIGNED, FileVerdict.REJECT)
    assert said == [VerdictOfFile(kind) for kind in kinds]


def test_the_lines_of_the_documentation_are_of_the_protocol() -> None:
    """Each operation is shown with a request and an answer that fit together."""
    kinds: dict[str, type] = {
        "describe": DescribeRequest,
        "verify": VerifyRequest,
        "sign": SignRequest,
        "mac-input": MacInputRequest,
    }
    text = (DOCS / "adapters.md").read_text(encoding="utf-8")
    pairs = re.findall(r"^```\n(\{.*\})\n(\{.*\})\n```", text, re.MULTILINE)
    shown = [msgspec.json.decode(sent)["op"] for sent, _ in pairs]
    assert shown == list(kinds)
    for op, (sent, answered) in zip(shown, pairs, strict=True):
        request = msgspec.json.decode(sent, type=kinds[op])
        assert not isinstance(decode_answer(answered.encode(), request), Declined)


def test_every_fault_is_documented() -> None:
    """The table of faults names each kind, and nothing else."""
    text = (DOCS / "adapters.md").read_text(encoding="utf-8")
    section = text.partition("### When an adapter is at fault")[2].partition("### Schemas")[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    assert set(re.findall(r"`([a-z-]+)`", "\n".join(table))) - {"describe"} == set(AdapterFault)
