"""Archive impostors are convicted, and honest ones acquitted, when they are judged over a loopback connection."""

from contextlib import ExitStack

import pytest

from dicomsig.cli.archive_peer import PeerOptions, place_of
from dicomsig.conformance.editions import edition
from dicomsig.impostors.archives.conduct import AnswersSlowly, HangsInMidAssociation
from dicomsig.impostors.archives.registry import archive_impostors, archive_named, honest_archives
from dicomsig.judging.archive.case import ArchiveRunTerms
from dicomsig.judging.archive.probes import ProbeKey, probes
from dicomsig.vectors.pki import Credential, private_key

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made():
    """The probes of one run."""
    return list(probes(ProbeKey(private_key(Credential.RSA_2048), Credential.RSA_2048.certificate_der)))


@pytest.fixture
def run(made):
    """Judge an archive by its name with some probes: each result and observation that it gave."""

    def judged(name, fixtures, timeout=5.0):
        chosen = [each for each in made if each.name.partition(".")[0] in fixtures]
        assert len(chosen) >= 3
        way = archive_named(name).shown_over
        commits = bool(archive_named(name).observed)
        options = PeerOptions(address=f"impostor:{name}", retrieve=way, timeout=timeout, commitment=commits)
        peer = place_of(options)
        with ExitStack() as stack:
            assert not peer.start(stack)
            trial = peer.trial(chosen, ArchiveRunTerms.of(edition(), peer.own_claims), stack)
            stack.callback(trial.close)
            cases = [journey for _, journey in trial.outcomes()]
        assert not any(each.internal_errors for each in cases)
        return [result for each in cases for result in (*each.outcome.results, *each.outcome.observations)]

    return judged


def failed(found):
    return {each.requirement for each in found if getattr(each, "result", "") == "fail"}


IMPOSTORS = [each for each in archive_impostors().values() if each.convicted_by and not each.shown_when]


@pytest.mark.parametrize("impostor", IMPOSTORS, ids=lambda impostor: impostor.name)
def test_each_impostor_is_convicted_by_its_requirement(impostor, run):
    """Stored and fetched over DIMSE or the web, what it gives back fails the row that it names."""
    shown_by = impostor.shown_by.partition(".")[0]
    assert impostor.convicted_by in failed(run(impostor.name, {shown_by, "ct", "mr"}))


@pytest.mark.parametrize("archive", honest_archives().values(), ids=lambda archive: archive.name)
def test_honest_archives_are_acquitted(archive, run, monkeypatch):
    """Nothing fails for whoever keeps every byte, replaces signatures rightly or coerces and says so."""
    monkeypatch.setattr(AnswersSlowly, "pause", 0.01)
    assert failed(run(archive.name, {"spellings", "ct", "sr", "multi-frame-rle", "private-elements"})) == set()


@pytest.mark.parametrize(
    "impostor", [each for each in archive_impostors().values() if each.fault], ids=lambda i: i.name
)
def test_what_happens_on_the_wire_is_named_and_convicts_nobody(impostor, run, monkeypatch):
    """Silence, an abort and a flood end the asking in bounded time, with the fault named and nothing failed."""
    monkeypatch.setattr(HangsInMidAssociation, "pause", 0.6)
    found = run(impostor.name, {"spellings", "ct", "mr", "sr"}, timeout=0.3)
    assert impostor.fault in {getattr(each, "code", "") for each in found}
    assert failed(found) == set()
    assert {each.result for each in found if hasattr(each, "result")} >= {"inconclusive"}


@pytest.mark.parametrize(
    "impostor", [each for each in archive_impostors().values() if each.observed], ids=lambda i: i.name
)
def test_what_no_requirement_speaks_of_is_noted_and_convicts_nobody(impostor, run):
    """Asked for what it refused, or to commit to what it has, never got or has under another class, it shows itself."""
    found = run(impostor.name, {"ct", "mr", "sr", "spellings"})
    noted = {getattr(each, "code", "") for each in found}
    assert impostor.observed in noted
    others = {each.observed for each in archive_impostors().values()} - {impostor.observed, ""}
    assert not noted & others
    assert failed(found) == set()
