"""Write fixtures/vectors/index.json: build every vector, ask three verifiers, note what they say.

Run ``python tools/record_opinions.py`` after a change to the recipes. dcmsign is asked of vectors whose bytes are new,
with ``--afresh`` of all, with ``--without-dcmsign`` of none.
"""

import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "oracle")]

import slow_verify  # noqa: E402 - found by the line above
from dicomsig.conformance.reason_table import reason_table  # noqa: E402
from dicomsig.crypto.key_files import load_certificates  # noqa: E402
from dicomsig.crypto.trust import TrustStore  # noqa: E402
from dicomsig.signatures.verify import Trust  # noqa: E402
from dicomsig.systems.dcmsign_adapter import DcmsignAdapter  # noqa: E402
from dicomsig.systems.protocol import SignatureRow  # noqa: E402
from dicomsig.vectors.corpus import vectors  # noqa: E402
from dicomsig.vectors.index import Entry, VectorError, index, index_path, write_index  # noqa: E402
from dicomsig.vectors.opinions import Opinion, agrees, departures, reference_verdicts  # noqa: E402
from dicomsig.vectors.vector import Anchors, Vector  # noqa: E402

DCMSIGN = "dcmsign-3.6.7"


def trust_of(vector: Vector) -> Trust:
    """The trust that a vector asks for; the moment is the signing time unless the vector names one."""
    at = datetime.fromisoformat(vector.at) if vector.at else None
    return Trust(STORES[vector.anchors], at)


STORES = {each: TrustStore(tuple(load_certificates(each.path.read_bytes()))) for each in Anchors}


def slow_opinion(data: bytes) -> Opinion:
    """The opinion of the slow second verifier."""
    try:
        found = slow_verify.signatures(data)
    except slow_verify.Unreadable:
        return Opinion(None)
    return Opinion({f"{each.place}#{each.number}": each.integrity for each in found})


def dcmsign_text(vector: Vector, data: bytes, adapter: DcmsignAdapter, folder: Path) -> str:
    """What dcmsign says, or how it failed to say anything."""
    path = folder / f"{vector.id}.dcm"
    path.write_bytes(data)
    said = adapter.verify(path, [vector.anchors.path])
    path.unlink()
    rows = getattr(said, "signatures", None)
    if isinstance(rows, tuple):
        return str(Opinion({row.name: row.integrity for row in rows if isinstance(row, SignatureRow)}))
    verdict = getattr(said, "verdict", None)
    if verdict is not None:
        return str(verdict)
    return f"no answer: {getattr(said, 'kind', 'error')}"


def dcmsign_texts(wanted: list[tuple[Vector, bytes]]) -> Iterator[str]:
    """What dcmsign says of each vector, two at a time."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        adapters = [DcmsignAdapter() for _ in range(2)]

        def ask(half: int) -> list[str]:
            return [dcmsign_text(*pair, adapters[half], Path(folder)) for pair in wanted[half::2]]

        first, second = pool.map(ask, range(2))
        for number in range(len(wanted)):
            yield (first, second)[number % 2][number // 2]


def agreed(vector: Vector, text: str) -> bool:
    """Whether the words of a verifier are those expected."""
    return not text.startswith("no answer") and agrees(vector, Opinion.parse(text))


def record(*, with_dcmsign: bool, afresh: bool) -> int:
    """Write the index; gives the number of vectors on which the reference itself departs."""
    made = [(vector, vector.build()) for vector in vectors().values()]
    try:
        known = {} if afresh else index()
    except VectorError:
        known = {}
    kept = {entry.sha256: entry.oracles[DCMSIGN] for entry in known.values() if DCMSIGN in entry.oracles}
    texts = {v.id: kept[found] for v, data in made if (found := sha256(data).hexdigest()) in kept}
    if with_dcmsign:
        asked = [(vector, data) for vector, data in made if vector.id not in texts]
        texts |= dict(zip((vector.id for vector, _ in asked), dcmsign_texts(asked), strict=True))
    entries, wrong = {}, 0
    for vector, data in made:
        verdicts = reference_verdicts(data, trust_of(vector))
        for line in departures(vector, verdicts):
            print("REFERENCE", line)
            wrong += 1
        if vector.reason and verdicts is not None and not reasoned(vector, [r for v in verdicts for r in v.reasons]):
            print("REASON", vector.id, vector.reason, [r for v in verdicts for r in v.reasons])
        oracles = {"reference": str(Opinion.of(verdicts)), "slow": str(slow_opinion(data))}
        if texts.get(vector.id):
            oracles[DCMSIGN] = texts[vector.id]
        others = [text for name, text in oracles.items() if name != "reference" and agreed(vector, text)]
        disputed = "" if others else "no other verifier agrees with the reference"
        if disputed:
            print("DISPUTED", vector.id, vector.outcome, oracles)
        entries[vector.id] = Entry(vector, sha256(data).hexdigest(), len(data), oracles, disputed)
    write_index(entries, index_path())
    return wrong


def reasoned(vector: Vector, reasons: list[str]) -> bool:
    """Whether the reference gives the reason of the vector; what only `check` says is not looked for."""
    return vector.reason in reasons or reason_table()[vector.reason].axis in ("conformance", "encoding")


if __name__ == "__main__":
    sys.exit(1 if record(with_dcmsign="--without-dcmsign" not in sys.argv, afresh="--afresh" in sys.argv) else 0)
