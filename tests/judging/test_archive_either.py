"""Where explicit and implicit VR are both agreed on, what an archive uses is its own choice (PS3.15 A.3)."""

import pytest

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import edition
from dicomsig.impostors.archives.encodings import EncodesAsAsked, PrefersImplicit
from dicomsig.judging.archive.case import ArchiveRunTerms
from dicomsig.judging.archive.either import either_cases
from dicomsig.judging.archive.probes import ProbeKey, probes
from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.dimse.requesting import Peer
from dicomsig.systems.dimse_archive import DimseStoring
from dicomsig.systems.embedded_archive import HonestArchive
from dicomsig.vectors.pki import Credential, private_key

ROW = "ps3.15-a.3-explicit-vr"
LIMITS = NetworkLimits(connect=2.0, answer=5.0, operation=10.0)
PRESERVING = Claims(profiles=("bit-preserving",), storage_level=2, signature_level=3)


@pytest.fixture(scope="module")
def made():
    """Two instances in Implicit VR and in explicit VR."""
    every = list(probes(ProbeKey(private_key(Credential.RSA_2048), Credential.RSA_2048.certificate_der)))
    named = {each.name.partition(".")[0]: each.outgoing for each in every}
    return [named["ct-implicit"], named["ct"]]


@pytest.fixture
def asked(made):
    """The case of an archive that was given both: whether the row passed or failed, and what was observed."""

    def ask(archive, claims=PRESERVING):
        with ArchiveServer(archive, limits=LIMITS) as server, Vault() as vault:
            storing = DimseStoring(server.peer, made, LIMITS)
            assert all(storing.store(each).stored for each in made)
            storing.close()
            return list(either_cases(server.peer, made, LIMITS, vault, ArchiveRunTerms.of(edition(), claims)))

    return ask


@pytest.mark.parametrize("archive", [HonestArchive, EncodesAsAsked])
def test_what_was_stored_in_explicit_vr_and_comes_so_is_right(archive, asked):
    """Also from an archive that could give it in Implicit VR."""
    (case,) = asked(archive())
    assert (ROW in case.passed, case.results) == (True, ())


def test_who_chooses_implicit_vr_is_convicted_where_bit_preservation_is_claimed(asked):
    """PS3.15 A.3 asks for explicit VR; whoever announces level 3 alone has offered it, and is told (PS3.4 B.4.1.4)."""
    (case,) = asked(PrefersImplicit())
    assert [(each.requirement, str(each.result)) for each in case.results] == [(ROW, "fail")]
    (unclaimed,) = asked(PrefersImplicit(), None)
    assert unclaimed.results == ()
    assert [(each.code, each.requirement) for each in unclaimed.observations] == [("profile-not-met", ROW)]


def test_who_has_no_choice_is_not_asked(asked):
    """What takes one of the two alone is judged by what it takes, and what is not there by its not being there."""

    class TakesOne(HonestArchive):
        def accepts(self, abstract, syntaxes):
            both = abstract == "1.2.840.10008.5.1.4.1.1.2" and self.stored and "1.2.840.10008.1.2" in syntaxes
            return None if both else super().accepts(abstract, syntaxes)

    class Loses(HonestArchive):
        def give(self, sop_instance, way, syntax):
            return None

    assert asked(TakesOne()) == asked(Loses()) == []


def test_nobody_there_convicts_nobody(made):
    """It is no more than a case that is not there."""
    with Vault() as vault:
        assert list(either_cases(Peer("127.0.0.1", 1), made, LIMITS, vault, ArchiveRunTerms.of(edition()))) == []
