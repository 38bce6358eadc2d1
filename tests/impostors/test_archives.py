"""Each archive impostor is convicted by its own requirement for what it does to bytes; honest ones are acquitted."""

import csv
from functools import cache

import pytest

from dicomsig import resources
from dicomsig.cli import main
from dicomsig.conformance.editions import edition
from dicomsig.conformance.names import UnknownName
from dicomsig.conformance.preservation.associations import AssociationSeen, AssociationTwins, ContextSeen, SubItem
from dicomsig.conformance.preservation.deliveries import DeliverySeen, DeliveryTwins
from dicomsig.conformance.preservation.evidence import Fate, Hop, Levels, RoundTrip, Service
from dicomsig.conformance.preservation.judge import ArchiveTerms, judged
from dicomsig.conformance.register import register
from dicomsig.conformance.results import Subject
from dicomsig.crypto.key_files import load_certificates
from dicomsig.encoding import tags
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import instance_of
from dicomsig.encoding.syntaxes import EXPLICIT_LITTLE_ENDIAN_UID, IMPLICIT_LITTLE_ENDIAN_UID
from dicomsig.impostors.archives.base import changed
from dicomsig.impostors.archives.registry import archive_impostors, archive_named, honest_archives
from dicomsig.systems.embedded_archive import Stored, Way
from dicomsig.vectors.edits import edited, put, revalued
from dicomsig.vectors.forge import Forgery, forge, signable_tags
from dicomsig.vectors.instances import committed_path
from dicomsig.vectors.nodes import Form, Leaf
from dicomsig.vectors.reading import nodes_of
from dicomsig.vectors.spellings import PADDED, SPELLINGS
from dicomsig.vectors.values import fixed_uid

STATUS = 0x01000410
CT = "1.2.840.10008.5.1.4.1.1.2"
HOPS = {
    Way.GET: Hop(),
    Way.MOVE: Hop(retrieved=Service.C_MOVE),
    Way.WADO: Hop(Service.STOW_RS, Service.WADO_RS),
}
RESERVED = "ps3.4-b.3.1.1-reserved-bytes-ignored"


@cache
def probe(name, number=0):
    """A signed file: a fixture, or `spellings` with its values that invite tidying up."""
    if name == "spellings.broken":
        return changed(probe("spellings", number), revalued(tags.PIXEL_DATA, lambda value: value[:-1] + b"\x7f"))
    form = Form()
    if name in (SPELLINGS.name, PADDED.name):
        content = (SPELLINGS if name == SPELLINGS.name else PADDED).data_set()
    else:
        instance = instance_of(committed_path(name).read_bytes())
        content, form = nodes_of(instance), Form(syntax=instance.syntax)
    uid = fixed_uid(f"probe {name} {number}").encode()
    content = edited(
        content,
        [put(Leaf(0x00080018, "UI", uid), Leaf(0x0020000D, "UI", uid + b".1"), Leaf(0x0020000E, "UI", uid + b".2"))],
    )
    content = edited(content, [put(Leaf(0x00100020, "LO", b"TEST"), Leaf(0x00100010, "PN", f"TEST^{number}".encode()))])
    return forge(Forgery(base=content, form=form, listed=tuple(tag for tag in signable_tags(content) if tag != STATUS)))


def put_in(archive, data):
    """The status of storing a file."""
    instance = instance_of(data)
    uids = instance.text(tags.SOP_CLASS_UID), instance.text(tags.SOP_INSTANCE_UID)
    return archive.receive(*uids, instance.syntax.uid, data)


def taken_out(archive, data, status, way, claims, syntax=""):
    """What a retrieval shows, in the transfer syntax of storing or in another one."""
    instance = instance_of(data)
    refused = status != 0 and status >> 12 != 0xB
    back = None if refused else archive.give(instance.text(tags.SOP_INSTANCE_UID), way, syntax or instance.syntax.uid)
    fate, after = (Fate.REFUSED if refused else Fate.LOST), None
    if back is not None:
        try:
            fate, after = Fate.RETURNED, instance_of(back)
        except MalformedError:
            fate = Fate.UNREADABLE
    own = [each for file in claims.certificates() for each in load_certificates(file)]
    hop = HOPS[way]
    return RoundTrip(
        before=instance,
        after=after,
        hop=hop,
        fate=fate,
        status=status,
        claims=claims,
        announced=Levels.announced(archive.level_answer(CT, bytes(6)) or b""),
        declared=lambda certificate: certificate is not None and certificate.key in {each.key for each in own},
    )


def associations(archive, claims):
    """What asking for levels shows, with zeros and with bytes that say nothing."""

    def seen(offered):
        said = archive.level_answer(CT, offered)
        answered = () if said is None else (SubItem(CT, said),)
        contexts = tuple(
            ContextSeen(CT, (syntax,), archive.accepts(CT, (syntax,)) or "")
            for syntax in (EXPLICIT_LITTLE_ENDIAN_UID, IMPLICIT_LITTLE_ENDIAN_UID)
        )
        return AssociationSeen(contexts, (SubItem(CT, offered),), answered, claims=claims)

    plain, odd = seen(bytes((3, 0, 0, 0, 2, 0))), seen(bytes((3, 255, 0, 255, 2, 255)))
    stored = Stored(CT, "2.25.1", EXPLICIT_LITTLE_ENDIAN_UID, b"")
    used = archive.in_order(stored, (EXPLICIT_LITTLE_ENDIAN_UID, IMPLICIT_LITTLE_ENDIAN_UID))[0]
    return plain, AssociationTwins(RESERVED, plain, odd), AssociationSeen(claims=claims, used=used)


def deliveries(archive):
    """What sending shows: each refusal, and an answer with zeros beside one with bytes that say nothing."""
    zeros, filled = bytes((2, 0, 3, 0, 0, 0)), bytes((2, 255, 3, 255, 0, 255))
    offered = archive.offers(CT) is not None
    yield DeliveryTwins(*(DeliverySeen(came=archive.goes_on(e), offered=offered, levels=e) for e in (zeros, filled)))
    for answered in (0xA700, 0xA901, 0xC123):
        failed = not archive.delivered(answered)
        yield DeliverySeen(came=True, answered=answered, status=0xB000 if failed else 0, failed=int(failed))


def convictions(kind, names):
    """The requirements that fail for an archive that is given probes, each fetched twice and once in its own way."""
    archive, claims = kind(), kind.claims()
    terms = ArchiveTerms(edition(), claims)
    evidence = [*associations(archive, claims), *deliveries(archive), claims]
    files = [probe(name, number) for number, name in enumerate(names)]
    statuses = [put_in(archive, data) for data in files]
    for way in (Way.GET, Way.GET, kind.shown_over):
        evidence += [taken_out(archive, *pair, way, claims) for pair in zip(files, statuses, strict=True)]
    if kind.shown_in:
        evidence += [
            taken_out(archive, *pair, way, claims, kind.shown_in) for pair in zip(files, statuses, strict=True)
        ]
    outcomes = [judged(each, f"archive/{kind.name}", Subject(), terms) for each in evidence]
    return {each.requirement for outcome in outcomes for each in outcome.results if each.result == "fail"}


@cache
def companions():
    path = resources.content("profiles") / "archive_coverage.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["requirement"]: frozenset(row["companions"].split()) for row in csv.DictReader(file)}


IMPOSTORS = [each for each in archive_impostors().values() if each.convicted_by]
UNDISTURBED = [each for each in IMPOSTORS if not each.shown_when]


@pytest.mark.parametrize("impostor", UNDISTURBED, ids=lambda impostor: impostor.name)
def test_each_impostor_is_convicted_by_its_requirement(impostor):
    """What the impostor gives back fails the row that it names and, beside it, declared companions alone."""
    found = convictions(impostor, (impostor.shown_by, "ct", "ct"))
    assert impostor.convicted_by in found
    assert found <= {impostor.convicted_by} | companions()[impostor.convicted_by]


@pytest.mark.parametrize("archive", honest_archives().values(), ids=lambda archive: archive.name)
def test_honest_archives_are_acquitted(archive):
    """Whoever keeps every byte, replaces signatures rightly or coerces and says so fails nothing."""
    names = ("spellings", "spellings.broken", "ct", "sr", "private-elements", "multi-frame-rle", "every-vr")
    assert convictions(archive, names) == set()


def test_there_are_many_and_each_says_what_it_does():
    """At least twenty-five impostors ship; each names a requirement that can fail, a fault, or what is noted."""
    assert len(archive_impostors()) >= 25
    assert len(honest_archives()) >= 3
    for impostor in archive_impostors().values():
        assert sum(map(bool, (impostor.convicted_by, impostor.fault, impostor.observed))) == 1
        assert len(impostor.does()) > 15
        assert not impostor.does().startswith("Honest")
        if impostor.convicted_by:
            assert register()[impostor.convicted_by].strength.can_fail


def test_names_are_those_of_the_command_line():
    """The name follows from the class, in small letters."""
    assert archive_impostors()["trims-padding"].__name__ == "TrimsPadding"
    assert all(name.replace("-", "").isalnum() and name.islower() for name in archive_impostors())


def test_the_command_names_them_all_and_knows_no_other(capsys):
    """`--list` has a line for each; a name that is near one is told."""
    with pytest.raises(SystemExit) as ended:
        main(["archive", "--list"])
    lines = capsys.readouterr().out.splitlines()
    assert ended.value.code == 0
    assert len(lines) == len(archive_impostors()) + len(honest_archives())
    assert any(line.startswith("impostor:trims-padding\tTrims") for line in lines)
    nobody = {
        line.partition("\t")[0].removeprefix("impostor:") for line in lines if "(convicts nobody; noted: " in line
    }
    assert nobody == {name for name, each in archive_impostors().items() if not each.convicted_by}
    with pytest.raises(UnknownName, match="'impostor:trims-padding'"):
        archive_named("impostor:trim-padding")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("impostor:TrimPadding", "Did you mean 'impostor:trims-padding'?"),
        ("impostor:nothing-like-it-at-all", "dicomsig archive --list names all."),
        ("impostor:", "dicomsig archive --list names all."),
        ("impostr:trims-padding", "Did you mean 'impostor:trims-padding'?"),
        ("trims-padding", "Did you mean 'impostor:trims-padding'?"),
        ("localhost", "such as 127.0.0.1:11112"),
    ],
)
def test_a_wrong_name_gets_a_hint(name, hint, capsys):
    """The whole name that was meant is told, as it has to be typed, or where all names are."""
    with pytest.raises(SystemExit) as ended:
        main(["archive", name])
    assert ended.value.code == 2
    assert hint in capsys.readouterr().err


@pytest.mark.parametrize("impostor", IMPOSTORS, ids=lambda impostor: impostor.name)
def test_an_impostor_survives_bytes_that_are_no_instance(impostor):
    """Whatever is sent to it, an impostor takes it or refuses it, and raises nothing."""
    archive = impostor()
    for data in (b"", b"no DICOM at all", probe("ct")[:500]):
        archive.receive(CT, "2.25.1", EXPLICIT_LITTLE_ENDIAN_UID, data)
        archive.give("2.25.1", Way.GET, EXPLICIT_LITTLE_ENDIAN_UID)
