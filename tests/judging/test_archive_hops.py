"""What a hop must keep is what an exact re-encoding keeps; what it need not keep is told, and convicts nobody."""

from contextlib import ExitStack

import pytest

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.conformance.preservation.evidence import RoundTrip
from dicomsig.conformance.preservation.hops import NATIVE, Coding, Survives, survives
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding.instance import instance_of
from dicomsig.encoding.syntaxes import transfer_syntax
from dicomsig.impostors.archives.encodings import EncodesAsAsked, SpoilsBigEndian, SpoilsDeflated
from dicomsig.judging.archive.axes import complete, recipes
from dicomsig.judging.archive.case import ArchiveRunTerms
from dicomsig.judging.archive.hops import lost_on_the_way
from dicomsig.judging.archive.place import ArchivePlace
from dicomsig.judging.archive.probes import ProbeKey, new_uid, probes, probes_of
from dicomsig.signatures.verify import verify
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.embedded_archive import HonestArchive, Way
from dicomsig.vectors.edits import edited, revalued
from dicomsig.vectors.nodes import Form, encode_instance
from dicomsig.vectors.pki import Credential, private_key
from dicomsig.vectors.reading import nodes_of

SIGNER = ProbeKey(private_key(Credential.RSA_2048), Credential.RSA_2048.certificate_der)
TERMS = ArchiveRunTerms.of(edition(DEFAULT), Claims(profiles=("bit-preserving",), storage_level=2, signature_level=3))
LIMITS = NetworkLimits(connect=2.0, answer=5.0, operation=10.0)
EIGHT_BIT, PRIVATE, MODALITY = "secondary-capture", "private-elements", 0x00080060


@pytest.fixture(scope="module")
def made():
    """The probes of one run."""
    return list(probes(SIGNER))


def native(*fixtures):
    """Every native fixture, or some, in every encoding of storing, signed alike."""
    chosen = [
        choice
        for choice in complete()
        if choice.algorithm is MacAlgorithm.SHA256
        and choice.profile == "base"
        and choice.stored is not Coding.COMPRESSED
    ]
    return probes_of(SIGNER, [each for each in chosen if not fixtures or each.fixture in fixtures], new_uid())


def encoded_anew(instance, syntax, change=lambda content: content):
    return instance_of(encode_instance(change(nodes_of(instance)), Form(syntax=syntax)))


@pytest.mark.slow
def test_what_is_expected_is_what_an_exact_re_encoding_keeps():
    """Between explicit encodings each signature of each fixture holds; through Implicit VR some do and some cannot."""
    through = {True: set(), False: set()}
    for probe in native():
        before = instance_of(probe.outgoing.data)
        for syntax in NATIVE.values():
            (verdict,) = verify(encoded_anew(before, syntax))
            holds = str(verdict.integrity) == "valid"
            if survives(before.syntax, syntax) is Survives.SIGNATURES:
                assert holds, (probe.name, syntax.uid)
            elif before.syntax.explicit:
                through[holds].add(probe.name.partition(".")[0])
    assert EIGHT_BIT in through[False] - through[True]
    assert PRIVATE in through[False] - through[True]
    assert "mr" in through[True]


@pytest.mark.parametrize(
    ("fixture", "change", "reason"),
    [
        (EIGHT_BIT, None, "hop-cannot-keep"),
        (PRIVATE, None, "hop-cannot-keep"),
        ("mr", (revalued(MODALITY, lambda value: b"OT"),), "hop-open"),
        ("mr", None, None),
    ],
)
def test_what_a_hop_need_not_keep_is_told(fixture, change, reason):
    """Nobody can keep it, or it could have held, or it holds and nothing is said."""
    probe = next(each for each in native(fixture) if each.coding is Coding.EXPLICIT)
    before = instance_of(probe.outgoing.data)
    after = encoded_anew(before, NATIVE[Coding.IMPLICIT], lambda content: edited(content, change or ()))
    told = lost_on_the_way(RoundTrip(before, after))
    assert (told[0] if told is not None else None) == reason


def test_the_letters_that_are_lost_are_named():
    """Whoever reads it sees which signed element it was."""
    probe = next(each for each in native(EIGHT_BIT) if each.coding is Coding.EXPLICIT)
    before = instance_of(probe.outgoing.data)
    told = lost_on_the_way(RoundTrip(before, encoded_anew(before, NATIVE[Coding.IMPLICIT])))
    assert told is not None
    assert told[1].endswith("; here (7FE0,0010) OB became OW")


def test_nothing_is_told_of_a_hop_that_must_keep():
    """There the requirements judge."""
    probe = next(each for each in native("mr") if each.coding is Coding.EXPLICIT)
    before = instance_of(probe.outgoing.data)
    spoiled = encoded_anew(
        before, NATIVE[Coding.BIG_ENDIAN], lambda content: edited(content, [revalued(MODALITY, lambda value: b"OT")])
    )
    assert lost_on_the_way(RoundTrip(before, spoiled)) is None


@pytest.fixture
def judged(made):
    """Run probes of some encodings through an archive: failed cases, and the codes of what is told, by case."""

    def run(archive, *codings, every=False, way=Way.GET):
        chosen = [probe for probe in made if probe.intact and (not codings or probe.coding in codings)]
        place = ArchivePlace(archive=archive, way=way, limits=LIMITS, every_syntax=every)
        with ExitStack() as stack:
            assert not place.start(stack)
            trial = place.trial(chosen, TERMS, stack)
            stack.callback(trial.close)
            cases = [one.outcome for _, one in trial.outcomes()]
        failed = {each.case: one for one in cases for each in one.results if each.result == "fail"}
        told = {(each.case, str(each.code)) for one in cases for each in one.observations}
        return failed, told

    return run


@pytest.mark.slow
def test_who_encodes_as_asked_is_acquitted(judged):
    """Explicit to Implicit on request, and every other way: nothing fails, and what nobody can keep is told."""
    failed, told = judged(EncodesAsAsked, every=True)
    assert failed == {}
    lost = {case.split("/")[1].partition(".")[0] for case, code in told if code == "hop-cannot-keep"}
    assert {EIGHT_BIT, PRIVATE} <= lost
    assert "mr" not in lost
    assert not any(code == "hop-open" for _, code in told)
    refused = {case.split("/")[1].partition(".")[0] for case, code in told if code == "not-given-otherwise"}
    assert "multi-frame-rle" in refused
    assert not refused & {"ct", "sr", "every-vr"}


@pytest.mark.slow
def test_by_c_move_it_is_taken_in_what_is_wanted(judged):
    """Our destination takes one transfer syntax alone: who encodes as asked sends it, the others are not judged."""
    failed, told = judged(EncodesAsAsked, every=True, way=Way.MOVE)
    assert failed == {}
    assert ("archive/secondary-capture.md5.base/move-implicit", "hop-cannot-keep") in told
    refused = {case.split("/")[1].partition(".")[0] for case, code in told if code == "not-given-otherwise"}
    assert refused
    assert refused <= {name for name, recipe in recipes().items() if recipe.form.syntax.encapsulated}
    failed, _ = judged(SpoilsWhatIsAskedForInBigEndian, Coding.EXPLICIT, way=Way.MOVE)
    assert failed
    assert all(case.endswith("/move-big-endian") for case in failed)
    failed, told = judged(HonestArchive, way=Way.MOVE)
    assert failed == {}
    assert {case.rpartition("/move-")[2] for case, code in told if code == "not-given-otherwise"} == set(NATIVE)


def test_over_the_web_it_is_asked_for_in_what_may_go_there(judged):
    """WADO-RS has neither Implicit VR nor Big Endian (PS3.18 8.7.3); who encodes as asked is acquitted there too."""
    failed, told = judged(EncodesAsAsked, every=True, way=Way.WADO)
    assert failed == {}
    refused = {case.rpartition("/wado-")[2] for case, code in told if code == "not-given-otherwise"}
    assert refused == {"explicit", "deflated"}  # compressed ones: everything else comes
    assert {case.split("/")[1].partition(".")[0] for case, code in told if code == "not-given-otherwise"} <= {
        name for name, recipe in recipes().items() if recipe.form.syntax.encapsulated
    }
    held = HonestArchive()
    judged(lambda: held, way=Way.WADO)
    stored = {Coding.of(transfer_syntax(each.syntax)) for each in held.stored.values()}
    assert stored == {Coding.EXPLICIT, Coding.DEFLATED, Coding.COMPRESSED}
    failed, _ = judged(SpoilsWhatIsAskedForDeflated, Coding.EXPLICIT, way=Way.WADO)
    assert failed
    assert all(case.endswith("/wado-deflated") for case in failed)


@pytest.mark.parametrize(
    ("archive", "coding"), [(SpoilsDeflated, Coding.DEFLATED), (SpoilsBigEndian, Coding.BIG_ENDIAN)]
)
def test_who_spoils_one_encoding_is_convicted_by_it_alone(archive, coding, judged, made):
    """Whatever was stored in that encoding fails, and nothing else."""
    failed, _ = judged(archive, Coding.EXPLICIT, coding)
    spoiled = {probe.name for probe in made if probe.intact and probe.coding is coding}
    assert {case.split("/")[1] for case in failed} == spoiled != set()
    assert "ps3.15-a.3-signatures-verify-after-round-trip" in {
        each.requirement for one in failed.values() for each in one.results
    }


class SpoilsWhatIsAskedForInBigEndian(EncodesAsAsked):
    """Encodes as asked, and in Big Endian changes a value."""

    spoiled = Coding.BIG_ENDIAN

    def given_back(self, stored, asked):
        data = super().given_back(stored, asked)
        if data is None or asked.syntax == stored.syntax or asked.syntax != NATIVE[self.spoiled].uid:
            return data
        content = edited(nodes_of(instance_of(data)), [revalued(MODALITY, lambda value: b"ZZ")])
        return encode_instance(content, Form(syntax=NATIVE[self.spoiled]))


class SpoilsWhatIsAskedForDeflated(SpoilsWhatIsAskedForInBigEndian):
    """The same with what is deflated."""

    spoiled = Coding.DEFLATED


def test_who_spoils_what_he_encodes_anew_is_convicted(judged):
    """What is stored in Explicit VR and asked for in Big Endian keeps its signature; A.3 is not about Implicit VR."""
    failed, _ = judged(SpoilsWhatIsAskedForInBigEndian, Coding.EXPLICIT, Coding.IMPLICIT)
    assert failed
    assert all(case.endswith("/get-big-endian") for case in failed)
    preserving = {case for case, one in failed.items() for each in one.results if "-a.3-" in each.requirement}
    assert preserving
    assert not any(".implicit/" in case or "-implicit." in case for case in preserving)


def test_a_default_run_asks_for_each_encoding(judged):
    """Without any option each encoding of asking comes up, and who has none but that of storing is acquitted."""
    failed, told = judged(HonestArchive)
    assert failed == {}
    assert {case.rpartition("/get-")[2] for case, code in told if code == "not-given-otherwise"} == set(NATIVE)
