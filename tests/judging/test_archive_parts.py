"""The complete run goes on in parts after what shows most: nothing is judged twice, and memory stays bounded."""

from contextlib import ExitStack

import pytest

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.conformance.preservation.hops import NATIVE, Coding
from dicomsig.judging.archive import parts as archive_parts
from dicomsig.judging.archive.axes import complete
from dicomsig.judging.archive.case import ArchiveRunTerms
from dicomsig.judging.archive.parts import ArchiveParts
from dicomsig.judging.archive.place import ArchivePlace
from dicomsig.judging.archive.probes import ProbeKey, new_uid, probes_of
from dicomsig.systems import written_files
from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.embedded_archive import HonestArchive, Way
from dicomsig.vectors.pki import Credential, private_key

SIGNER = ProbeKey(private_key(Credential.RSA_2048), Credential.RSA_2048.certificate_der)
TERMS = ArchiveRunTerms.of(edition(DEFAULT), Claims(profiles=("bit-preserving",), storage_level=2, signature_level=3))
LIMITS = NetworkLimits(connect=2.0, answer=5.0, operation=10.0)
MR = "1.2.840.10008.5.1.4.1.1.4"
FIRST, REST, PART = 3, 14, 5


@pytest.fixture
def parts(monkeypatch):
    """A run through an archive: three instances, then fourteen more in parts of five."""
    every = [each for each in complete() if each.fixture == "mr"]
    monkeypatch.setattr(archive_parts, "_PART", PART)

    def run(archive, stack, codings=(), folder=None):
        left = list(every)
        chosen = [left.pop(next(n for n, each in enumerate(left) if each.stored is word)) for word in codings]
        chosen = chosen or every[: FIRST + REST]
        monkeypatch.setattr(archive_parts, "rest_of", lambda made: chosen[FIRST:])
        place = ArchivePlace(archive=lambda: archive, limits=LIMITS, every_syntax=True)
        if folder is not None:
            server = stack.enter_context(ArchiveServer(archive, limits=LIMITS))
            place = ArchivePlace(way=Way.FOLDER, peer=server.peer, folder=folder, limits=LIMITS)
        assert not place.start(stack)
        first = place.trial(list(probes_of(SIGNER, chosen[:FIRST], new_uid())), TERMS, stack)
        return ArchiveParts(first, place, SIGNER, TERMS)

    return run


def test_everything_is_stored_and_asked_for_once(parts):
    """As many cases as were announced, no name twice, negotiation and claims once, all in one study."""
    archive = HonestArchive()
    with ExitStack() as stack:
        run = parts(archive, stack)
        cases = [one.outcome.case for _, one in run.outcomes()]
        assert run.says == f"{FIRST + REST} instances are stored and asked for {run.asked} times"
    assert len(cases) == len(set(cases))
    asked = [case for case in cases if case.split("/")[-1].startswith("get") and not case.endswith("-2")]
    assert len(asked) == run.asked == (FIRST + REST) * len(NATIVE)
    assert cases.count("archive/claims") == 1
    assert len(archive.stored) == run.stored == FIRST + REST
    assert len({each.study for each in archive.stored.values()}) == 1
    assert run.unasked == 0


def test_what_was_judged_is_forgotten_and_what_is_left_behind_is_known(parts):
    """Of what is there only the names stay in memory; the bytes are those of one part."""
    held = []
    with ExitStack() as stack:
        run = parts(HonestArchive(), stack)
        for _ in run.outcomes():
            held.append(sum(bool(each.outgoing.data) for each in run.left_behind))
        assert len({each.outgoing.sop_instance for each in run.left_behind}) == FIRST + REST
    assert max(held) <= PART


class Counting(HonestArchive):
    """Knows the associations over which it was asked and that have not ended."""

    def __init__(self):
        super().__init__()
        self.alive, self.most = [], 0

    def answering(self, association, message):
        others = [each for each in self.alive if not each.over and each is not association]
        self.alive = [*others, association]
        self.most = max(self.most, len(self.alive))


def test_one_association_is_open_at_a_time(parts):
    """Orthanc waits for each association that is open before it goes on with another, a second at worst."""
    archive = Counting()
    with ExitStack() as stack:
        for _ in parts(archive, stack).outcomes():
            pass
    assert archive.most <= 2  # the one before may just be ending


class Ending(HonestArchive):
    """Takes so many instances, and refuses from then on."""

    def status_of(self, data):
        return 0 if len(self.stored) < FIRST + PART else 0xA700


def test_it_ends_when_nothing_comes_back_any_more(parts):
    """Of a part of which nothing came back the next is not stored, and it is known how many were not."""
    archive = Ending()
    with ExitStack() as stack:
        run = parts(archive, stack)
        for _ in run.outcomes():
            pass
    assert len(archive.stored) == FIRST + PART
    assert run.unasked == REST - 2 * PART


class Writing(HonestArchive):
    """Writes what it takes to a folder."""

    def __init__(self, folder):
        super().__init__()
        self.folder = folder

    def kept(self, data):
        (self.folder / f"{len(self.stored)}.dcm").write_bytes(data)
        return data


def test_a_file_of_a_folder_is_read_once(parts, tmp_path, monkeypatch):
    """What an earlier part has read is known to the next: thousands of files are not opened for each of them."""
    opened = []
    read = written_files.open_instance
    monkeypatch.setattr(written_files, "open_instance", lambda path: opened.append(path) or read(path))
    with ExitStack() as stack:
        run = parts(Writing(tmp_path), stack, folder=tmp_path)
        assert sum(one.preserved is True for _, one in run.outcomes()) >= run.asked == FIRST + REST
    assert len(opened) == len(set(opened)) == FIRST + REST


class Choosy(HonestArchive):
    """Takes nothing in Implicit VR."""

    def accepts(self, abstract, syntaxes):
        return (
            None if NATIVE[Coding.IMPLICIT].uid in syntaxes and abstract == MR else super().accepts(abstract, syntaxes)
        )


def test_it_goes_on_where_a_part_is_of_a_kind_that_is_not_taken(parts):
    """An archive need not take every SOP Class; what it takes may come afterwards."""
    archive = Choosy()
    with ExitStack() as stack:
        run = parts(archive, stack, [Coding.EXPLICIT] * FIRST + [Coding.IMPLICIT] * PART + [Coding.EXPLICIT] * 4)
        for _ in run.outcomes():
            pass
    assert len(archive.stored) == FIRST + 4
    assert run.unasked == 0


def test_who_stops_in_the_middle_leaves_nothing_open(parts):
    """An interrupt ends the associations of the part at hand; what was judged was given."""
    with ExitStack() as stack:
        run = parts(HonestArchive(), stack)
        outcomes = run.outcomes()
        seen = [next(outcomes) for _ in range(25)]
        outcomes.close()
        assert len(seen) == 25
        assert run.left_behind
