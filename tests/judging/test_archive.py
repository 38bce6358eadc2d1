"""An archive is judged by what it gives back: honest ones are acquitted, others are told what they lost."""

import signal
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.encoding.instance import instance_of
from dicomsig.impostors.archives.registry import archive_named
from dicomsig.judging.archive.case import ArchiveRunTerms, Journey, judge_journey
from dicomsig.judging.archive.more_probes import MoreProbes, more_probes
from dicomsig.judging.archive.place import ArchivePlace
from dicomsig.judging.archive.probes import ProbeKey, probes
from dicomsig.judging.archive.run import ArchiveTrial
from dicomsig.signatures.verify import verify
from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.received import Kept, Vault
from dicomsig.systems.dimse_archive import DimseStoring, Getting
from dicomsig.systems.embedded_archive import HonestArchive, Way
from dicomsig.systems.outgoing import Returned, Sent
from dicomsig.vectors.pki import Credential, private_key

PRESERVING = Claims(profiles=("bit-preserving",), storage_level=2, signature_level=3)
LIMITS = NetworkLimits(connect=2.0, answer=0.3, operation=1.0)


@pytest.fixture(scope="module")
def made():
    """The probes of one run."""
    return list(probes(ProbeKey(private_key(Credential.RSA_2048), Credential.RSA_2048.certificate_der)))


@pytest.fixture
def judged(made):
    """Run some probes through an archive and give each with its outcome, and what is left behind."""

    def run(archive, count=None, claims=PRESERVING):
        chosen = made[:count]
        with ExitStack() as stack:
            server = stack.enter_context(ArchiveServer(archive, limits=LIMITS))
            vault = stack.enter_context(Vault())
            every = [probe.outgoing for probe in chosen]
            storing, retrieving = (
                DimseStoring(server.peer, every, LIMITS),
                Getting(server.peer, every, LIMITS, vault),
            )
            trial = ArchiveTrial(
                chosen, storing, retrieving, Way.GET, vault, ArchiveRunTerms.of(edition(DEFAULT), claims)
            )
            stack.callback(trial.close)
            return list(trial.outcomes()), trial.left_behind

    return run


def results(outcomes):
    """Every result that is no pass, as requirement and result."""
    return {(each.requirement, str(each.result)) for _, one in outcomes for each in one.outcome.results}


def test_each_probe_is_fresh_says_that_it_is_a_test_and_is_signed(made):
    """No two probes share an instance UID, they share a study, and their signatures are as the probe says."""
    assert len({probe.outgoing.sop_instance for probe in made}) == len(made)
    assert len({probe.outgoing.study for probe in made}) == 1
    for probe in made:
        instance = instance_of(probe.outgoing.data)
        assert instance.text(0x00080018) == probe.outgoing.sop_instance
        assert "TEST" in instance.text(0x00100010)
        assert {str(each.integrity) for each in verify(instance)} == {"valid" if probe.intact else "invalid"}


def test_an_honest_archive_is_acquitted(judged, made):
    """Nothing is found against an archive that gives back what it got, asked once or twice."""
    outcomes, left = judged(HonestArchive())
    assert results(outcomes) == set()
    assert not any(one.preserved is False for _, one in outcomes)
    assert sum(one.preserved is True for _, one in outcomes) >= 25
    assert [probe.name for probe in left] == [probe.name for probe in made]


class Flipping(HonestArchive):
    """Changes the last bit of everything that is large."""

    def kept(self, data):
        return data if len(data) < 12000 else data[:3000] + bytes((data[3000] ^ 1,)) + data[3001:]


def test_a_changed_byte_is_convicted_where_bit_preservation_is_claimed(judged):
    """The instances that changed fail, the others do not."""
    outcomes, _ = judged(Flipping(), 12)
    failed = {probe.name for probe, one in outcomes if probe is not None and one.outcome.results}
    large = {probe.name for probe, _ in outcomes if probe is not None and len(probe.outgoing.data) >= 12000}
    assert failed == large
    assert ("ps3.15-a.3-signatures-verify-after-round-trip", "fail") in results(outcomes)


def test_nobody_is_convicted_of_what_he_does_not_claim(judged):
    """At level 1 signatures may be lost or broken (PS3.4 B.4.1.4): an observation, no result."""
    outcomes, _ = judged(Flipping(), 12, Claims(storage_level=1))
    assert not any(requirement.startswith("ps3.15-a.3") for requirement, _ in results(outcomes))
    assert any(one.preserved is False for _, one in outcomes)


class Forgetful(HonestArchive):
    """Says Success and keeps every second instance."""

    count = 0

    def kept(self, data):
        self.count += 1
        return data if self.count % 2 else None


def test_an_instance_that_was_stored_and_is_gone_is_a_fail(judged):
    """Success, and then nothing: what every storage SCP keeps is not there (PS3.4 B.4.1.1)."""
    outcomes, _ = judged(Forgetful(), 4, None)
    assert ("ps3.4-b.4.1.1-storage-level-1", "fail") in results(outcomes)


def test_what_came_back_and_is_gone_again_is_left_open(made):
    """A file that somebody removes before it is read convicts nobody."""
    gone = Kept(Path("/nowhere/at/all"), "", made[0].outgoing.sop_instance, "", 1, ours=False)
    journey = Journey(made[0], Way.FOLDER, Sent(0), Returned((gone,), 0))
    one = judge_journey(journey, ArchiveRunTerms.of(edition(DEFAULT), PRESERVING))
    assert {str(each.result) for each in one.outcome.results} == {"inconclusive"}
    assert one.outcome.observations[0].code == "cannot-be-kept"
    assert not one.came_back


class Silent(HonestArchive):
    """Falls silent in mid-association."""

    count = 0

    def answering(self, association, message):
        self.count += 1
        if self.count > 3:
            time.sleep(0.6)
            association.abort()


@pytest.mark.slow
def test_a_silent_archive_costs_a_bounded_time_and_no_verdict(judged):
    """After three requests without an answer it is left; what was judged is kept, and silence convicts nobody."""
    started = time.monotonic()
    outcomes, _ = judged(Silent(), 8)
    assert time.monotonic() - started < 8
    assert len(outcomes) >= 8
    assert {result for _, result in results(outcomes)} == {"inconclusive"}


def test_large_instances_and_studies_at_one_time_are_stored_too(made):
    """Beyond the kinds of content: 4 MiB, and two studies of which each is stored while the other is."""
    signer = ProbeKey(private_key(Credential.RSA_2048), Credential.RSA_2048.certificate_der)
    more = more_probes(signer, made)
    assert [len(probe.outgoing.data) > 4 << 20 for probe in more.alone] == [True]
    assert len({probe.outgoing.study for group in more.at_once for probe in group}) == len(more.at_once) == 2
    names = [probe.name for probe in (*made, *more.alone, *(probe for group in more.at_once for probe in group))]
    assert len(names) == len(set(names))
    assert more.again == ()


class Swapping(HonestArchive):
    """Takes an instance of one study for that of another that is being stored at the same time."""

    def given_back(self, stored, asked):
        data = super().given_back(stored, asked)
        return next((each.data for each in self.stored.values() if each.study != stored.study), data)


class Interrupting(HonestArchive):
    """Falls silent while two studies are stored at one time, and has whoever waits for it interrupted."""

    count = 0

    def answering(self, association, message):
        self.count += 1
        if self.count == 4:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        if self.count >= 4:
            time.sleep(20)


@pytest.mark.slow
def test_an_interrupt_does_not_wait_for_a_silent_archive(made):
    """Ctrl-C while studies are stored at one time ends them, though the archive may have much longer to answer."""
    signer = ProbeKey(private_key(Credential.RSA_2048), Credential.RSA_2048.certificate_der)
    groups = more_probes(signer, made).at_once
    place = ArchivePlace(archive=Interrupting, limits=NetworkLimits(connect=2.0, answer=15.0, operation=150.0))
    with ExitStack() as stack:
        assert place.start(stack) is None
        terms = ArchiveRunTerms.of(edition(DEFAULT), PRESERVING)
        trial = place.trial([], terms, stack, MoreProbes(at_once=groups))
        trial.before = lambda: ()
        started = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            list(trial.outcomes())
        assert time.monotonic() - started < 4
    assert trial.left_behind


def test_studies_that_are_mixed_up_are_convicted(made):
    """What came over two associations at one time is told apart."""
    signer = ProbeKey(private_key(Credential.RSA_2048), Credential.RSA_2048.certificate_der)
    groups = more_probes(signer, made).at_once
    place = ArchivePlace(archive=Swapping, limits=LIMITS)
    with ExitStack() as stack:
        assert place.start(stack) is None
        terms = ArchiveRunTerms.of(edition(DEFAULT), PRESERVING)
        trial = place.trial([], terms, stack, MoreProbes(at_once=groups))
        outcomes = [(probe, one) for probe, one in trial.outcomes() if probe is not None]
    assert len(outcomes) >= sum(map(len, groups))
    assert all(one.preserved is False for _, one in outcomes)


def test_bytes_that_are_no_instance_came_back_all_the_same(made):
    """Who gives back half of every instance was exercised: he fails, and the run was not for nothing."""
    place = ArchivePlace(way=Way.WADO, archive=archive_named("gives-half"), limits=LIMITS)
    with ExitStack() as stack:
        assert place.start(stack) is None
        trial = place.trial(made[:2], ArchiveRunTerms.of(edition(DEFAULT), PRESERVING), stack)
        outcomes = [one for probe, one in trial.outcomes() if probe is not None]
    assert all(one.came_back for one in outcomes)
    assert {result.reason for one in outcomes for result in one.outcome.results} == {"instance-came-back-unreadable"}
