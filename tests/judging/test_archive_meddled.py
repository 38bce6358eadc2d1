"""Somebody alters instances on the way into an archive, or in its store: who notices, and whom it convicts."""

from contextlib import ExitStack
from dataclasses import replace

import pytest

from dicomsig.cli.archive_peer import PeerOptions, place_of
from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.impostors.archives.registry import archive_impostors
from dicomsig.judging.archive.case import ArchiveRunTerms
from dicomsig.judging.archive.meddled import MeddledRuns
from dicomsig.judging.archive.place import ArchivePlace
from dicomsig.judging.archive.probes import ProbeKey
from dicomsig.judging.archive.tampering import EVERY_KIND_AT_REST, STRIP_BIT, STRIPPED
from dicomsig.systems.at_rest import AtRestError, EmbeddedStore
from dicomsig.systems.embedded_archive import HonestArchive, Way
from dicomsig.systems.tampering import TamperKind
from dicomsig.vectors.pki import Credential, private_key

REPLACING = Claims(profiles=("basic-signatures",), storage_level=2, signature_level=2)
GUARDS = "ps3.15-a.2-guards-stored-objects"
LAUNDERS = {"ps3.15-a.2-broken-not-laundered", "ps3.4-b.4.1.4-signature-level-2-broken-input"}
FIXTURES = 4


class Nothing:
    """No run before."""

    def __init__(self):
        self.left_behind = []

    def outcomes(self):
        return iter(())


class Ran:
    """What the runs through an archive came to."""

    def __init__(self, runs, outcomes):
        self.noticed = {f"{each.kind} {each.where}": each for each in runs.noticed}
        self.lines, self.problems = list(runs.lines()), runs.problems
        self.left_behind = runs.left_behind
        self.results = [(each.requirement, str(each.result)) for _, one in outcomes for each in one.outcome.results]
        self.observations = [each for _, one in outcomes for each in one.outcome.observations]
        assert not any(one.internal_errors for _, one in outcomes)

    def failed(self):
        return {requirement for requirement, result in self.results if result == "fail"}


@pytest.fixture(scope="module")
def through():
    """Meddle with an archive of dicomsig: in flight and at rest in the kinds that are named."""

    def run(place, in_flight=(), at_rest=(), *, claims=None):
        signer = ProbeKey(private_key(Credential.RSA_2048), Credential.RSA_2048.certificate_der)
        with ExitStack() as stack:
            assert not place.start(stack)
            terms = ArchiveRunTerms.of(edition(DEFAULT), claims or place.own_claims)
            runs = MeddledRuns(Nothing(), lambda: None, place, signer, terms, tuple(in_flight), at_rest)
            return Ran(runs, list(runs.outcomes()))

    return run


def named(name, **options):
    return place_of(PeerOptions(address=f"impostor:{name}", timeout=10.0, **options))


BLOB, SPLICE = TamperKind.BLOB, TamperKind.SPLICE


@pytest.mark.parametrize(
    ("way", "kinds"), [(Way.GET, tuple(TamperKind)), (Way.MOVE, (BLOB, SPLICE)), (Way.WADO, (BLOB, SPLICE))]
)
def test_every_altered_instance_is_noticed_and_no_other(way, kinds, through):
    """A bit, a blob, a signature cut out or spliced in, over DIMSE by a proxy and over the web: all are reported."""
    ran = through(ArchivePlace(archive=HonestArchive, way=way), kinds)
    assert list(ran.noticed) == [f"{kind} in-flight" for kind in kinds]
    for one in ran.noticed.values():
        assert (one.altered, one.by_signature, one.by_archive, one.by_nobody) == (FIXTURES, FIXTURES, 0, 0)
        assert (one.untouched, one.falsely, one.not_altered) == (FIXTURES, 0, 0)
    assert ran.results == []  # it gives back what it received, to the byte
    codes = [each.code for each in ran.observations]
    assert codes.count("tampering-noticed") == codes.count("untouched") == len(kinds) * FIXTURES
    assert (
        len({each.outgoing.sop_instance for each in ran.left_behind})
        == len(ran.left_behind)
        == 2 * len(kinds) * FIXTURES
    )


def test_what_was_done_is_said_of_each_instance(through):
    """An observation names what was done, where, and what shows it."""
    ran = through(ArchivePlace(archive=HonestArchive), TamperKind)
    said = {each.message for each in ran.observations if each.code == "tampering-noticed"}
    assert said == {
        "one bit was changed in flight: its signature does not hold",
        "some bytes were changed in flight: its signature does not hold",
        "the signature was cut out in flight: its signature is missing",
        "the signature was replaced by that of another instance in flight: its signature is that of another instance",
    }


def test_at_rest_every_altered_instance_is_noticed_and_no_other(through):
    """In the store too, by its own means or by other bytes in place of the old ones."""
    ran = through(ArchivePlace(archive=HonestArchive), at_rest=EVERY_KIND_AT_REST)
    assert len(ran.noticed) == 6
    for one in ran.noticed.values():
        assert (one.altered, one.by_signature, one.by_nobody, one.falsely) == (FIXTURES, FIXTURES, 0, 0)
        assert one.by_archive == 0
        assert ("only an archive that remembers the signature" in str(one)) is (one.kind in STRIPPED)
    assert ran.results == []
    assert ran.problems == []


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("knows-signatures-again", (SPLICE,)),
        ("checks-images-alone", (BLOB,)),
        ("signs-tampered-content", (TamperKind.BIT, TamperKind.STRIP)),
    ],
)
def test_whoever_signs_anew_what_was_altered_in_flight_is_convicted(name, kinds, through):
    """By the row that it names and the one that says the same of level 2; nobody notices what it signed."""
    ran = through(named(name), kinds)
    assert archive_impostors()[name].convicted_by in ran.failed()
    assert ran.failed() == LAUNDERS
    assert sum(one.by_nobody for one in ran.noticed.values()) == ran.results.count(
        ("ps3.15-a.2-broken-not-laundered", "fail")
    )
    if TamperKind.STRIP in kinds:
        assert ran.noticed["strip in-flight"].by_nobody == 0


def test_a_signature_that_is_known_is_not_taken_for_that_of_another_instance(through):
    """What only splicing shows is shown by splicing alone."""
    ran = through(named("knows-signatures-again"), (TamperKind.BIT, TamperKind.SPLICE))
    assert ran.noticed["bit in-flight"].by_archive == FIXTURES
    assert ran.noticed["splice in-flight"].by_nobody == FIXTURES


def test_whoever_signs_anew_what_was_altered_at_rest_is_convicted(through):
    """By the row on stored objects alone, and not for what it signs of an instance that is as it was."""
    ran = through(named("signs-what-lies-there"), (TamperKind.BIT,), ("bit", "strip", "element"))
    assert ran.failed() == {archive_impostors()["signs-what-lies-there"].convicted_by} == {GUARDS}
    assert (
        ran.results.count((GUARDS, "fail")) == 2 * FIXTURES
    )  # not for signing what lost its signature and nothing else
    assert ran.noticed["bit in-flight"].by_archive == FIXTURES


def test_whoever_signs_anew_what_lost_its_signature_is_convicted_for_a_change_alone(through):
    """The pixels that it signs are others; of an instance that lost nothing but its signature it is told."""
    ran = through(named("signs-what-lies-there-unsigned"), (), ("bit", "strip", STRIP_BIT))
    assert ran.failed() == {archive_impostors()["signs-what-lies-there-unsigned"].convicted_by} == {GUARDS}
    assert ran.results.count((GUARDS, "fail")) == FIXTURES
    assert ran.noticed["strip-bit at-rest"].by_nobody == FIXTURES
    said = {each.message for each in ran.observations if each.code == "tampering-not-noticed"}
    signed = "nothing shows that it was, and the archive signed it anew"
    assert said == {
        f"the signature was cut out at rest: {signed}",
        f"one bit was changed and the signature cut out at rest: {signed}",
    }


def test_whoever_knows_by_himself_what_he_verified_may_sign_it_anew(through):
    """A digest of his own guards the content (PS3.15 A.2): what lost nothing but its signature is what was verified."""
    ran = through(named("knows-what-it-verified"), (), EVERY_KIND_AT_REST)
    assert ran.results == []
    assert ran.noticed["strip at-rest"].by_nobody == FIXTURES
    assert {one.by_nobody for one in ran.noticed.values() if one.kind not in ("strip", "splice")} == {0}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["keeps-every-byte", "replaces-signatures", "checks-again-before-sending"])
def test_whoever_is_right_is_acquitted_and_every_alteration_noticed(name, through):
    """Bytes given back as they came, and replacement after a check: no fail, no warning, nothing unnoticed."""
    ran = through(named(name), TamperKind, ("blob", "element"))
    assert ran.results == []
    assert {one.by_nobody for one in ran.noticed.values()} == {one.falsely for one in ran.noticed.values()} == {0}
    assert {one.altered for one in ran.noticed.values()} == {FIXTURES}
    checks = name != "keeps-every-byte"
    for kind in ("bit", "blob", "splice"):
        assert ran.noticed[f"{kind} in-flight"].by_archive == (FIXTURES if checks else 0)
    assert ran.noticed["strip in-flight"].by_archive == 0
    said = {each.message for each in ran.observations}
    refused = "one bit was changed in flight: the archive refused it with status A900 (does not fit its SOP Class)"
    withheld = "the archive gives it back with other signatures than an untouched one"
    assert (refused in said) == checks
    assert any(withheld in each for each in said) == (name == "checks-again-before-sending")


def test_nobody_is_blamed_for_not_noticing_that_a_signature_was_cut_out(through):
    """To an archive the instance came unsigned: whether it checks signatures cannot be told from that."""
    ran = through(named("replaces-nothing"), (TamperKind.STRIP,))
    assert "ps3.15-a.2-validates-received" not in {requirement for requirement, _ in ran.results}


def test_of_an_archive_that_breaks_signatures_itself_the_untouched_look_altered_too(through):
    """Then what was altered cannot be told from the rest, and the numbers say so."""
    ran = through(named("drops-signatures"), (TamperKind.BIT,))
    assert ran.noticed["bit in-flight"].falsely == FIXTURES
    assert "untouched-looks-altered" in {each.code for each in ran.observations}


class Closed(EmbeddedStore):
    """Lets nobody put anything there, and takes out what is to be replaced."""

    def put(self, outgoing, data):
        del self._archive.stored[outgoing.sop_instance]
        raise AtRestError("the disk is full")


class ClosedPlace(ArchivePlace):
    def open_store(self):
        return Closed(self._here)


def test_an_interface_that_fails_half_way_convicts_nobody(through):
    """What was taken out and not put back was not lost by the archive; that nothing was altered stays open."""
    claims = replace(REPLACING, profiles=("basic-signatures", "bit-preserving"))
    ran = through(ClosedPlace(archive=HonestArchive), at_rest=("bit",), claims=claims)
    assert ran.failed() == set()
    assert ran.results == [(GUARDS, "inconclusive")]
    assert ran.problems == ["the disk is full"]
    assert ran.lines == ["tampering not done: the disk is full"]
    assert "bit at rest: none of 4 was taken and altered" in {each.message for each in ran.observations}
    assert {one.altered for one in ran.noticed.values()} == {0}


def test_a_store_that_cannot_be_reached_is_told(through):
    """Nothing is stored for it; it was asked for, so it stays open, claimed or not."""

    class Unreachable(ArchivePlace):
        def open_store(self):
            return None

    ran = through(Unreachable(archive=HonestArchive), at_rest=("bit",))
    assert ran.results == [(GUARDS, "inconclusive")]
    assert [each.code for each in ran.observations] == ["not-altered"]
    assert ran.left_behind == []
