"""Storing in `storescp` and getting back, verified, against pynetdicom that does the same and verifies nothing."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.encoding import tags
from dicomsig.encoding.instance import instance_of
from dicomsig.judging.archive.case import ArchiveRunTerms
from dicomsig.judging.archive.place import ArchivePlace
from dicomsig.judging.archive.probes import Probe
from dicomsig.systems.dimse.requesting import Peer
from dicomsig.systems.embedded_archive import Way
from dicomsig.systems.outgoing import Outgoing
from dicomsig.systems.peers.dcmtk import Storescp

_STUDY, _SERIES = 0x0020000D, 0x0020000E
_CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"


def throughput(objects: list[Path], passes: int) -> tuple[float, float]:
    """Seconds of ours and of pynetdicom for all objects, the quicker of several passes in turn, each on a new peer."""
    made = [_probe(path) for path in objects]
    timed = [
        (_seconds(lambda peer: _ours(made, peer)), _seconds(lambda peer: _theirs(objects, peer))) for _ in range(passes)
    ]
    return min(ours for ours, _ in timed), min(theirs for _, theirs in timed)


@contextmanager
def _storescp() -> Iterator[Storescp]:
    with tempfile.TemporaryDirectory() as folder:
        peer = Storescp(Path(folder))
        try:
            peer.start()
            yield peer
        finally:
            peer.stop()


def _seconds(work: Callable[[Storescp], None]) -> float:
    with _storescp() as peer:
        start = time.perf_counter()
        work(peer)
        return time.perf_counter() - start


def _ours(made: list[Probe], peer: Storescp) -> None:
    place = ArchivePlace(Way.FOLDER, Peer("127.0.0.1", peer.port, peer.title), folder=peer.files)
    with ExitStack() as stack:
        trial = place.trial(made, ArchiveRunTerms.of(edition(DEFAULT)), stack)
        assert sum(bool(judged.preserved) for _, judged in trial.outcomes()) >= len(made)


def _theirs(objects: list[Path], peer: Storescp) -> None:
    from pynetdicom import AE, _config

    _config.STORE_SEND_CHUNKED_DATASET = True  # the bytes as they are, and the quicker way
    ae = AE()
    ae.add_requested_context(_CT_IMAGE_STORAGE, "1.2.840.10008.1.2.1")
    association = ae.associate("127.0.0.1", peer.port, ae_title=peer.title)
    assert all(association.send_c_store(path).Status == 0 for path in objects)
    association.release()
    assert sum(bool(path.read_bytes()) for path in peer.files.iterdir()) == len(objects)


def _probe(path: Path) -> Probe:
    data = path.read_bytes()
    read = instance_of(data)
    outgoing = Outgoing(
        sop_class=read.text(tags.SOP_CLASS_UID),
        sop_instance=read.text(tags.SOP_INSTANCE_UID),
        study=read.text(_STUDY),
        series=read.text(_SERIES),
        syntax=read.syntax.uid,
        data=data,
        start=read.file_start,
    )
    return Probe(path.stem, outgoing, "SHA256")
