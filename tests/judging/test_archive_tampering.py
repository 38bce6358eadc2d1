"""Whoever sits on the wire and alters instances is noticed: each altered instance is reported, and no other."""

from contextlib import ExitStack

import pytest

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.encoding.instance import instance_of
from dicomsig.judging.archive.case import ArchiveRunTerms
from dicomsig.judging.archive.probes import ProbeKey, probes
from dicomsig.judging.archive.run import ArchiveTrial
from dicomsig.signatures.verify import verify
from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.dimse.requesting import Peer
from dicomsig.systems.dimse_archive import DimseStoring, Getting
from dicomsig.systems.embedded_archive import Way
from dicomsig.systems.tamper_proxy import TamperProxy
from dicomsig.systems.tampering import Splicing, alter_bit, alter_blob, strip_signatures
from dicomsig.vectors.pki import Credential, private_key

LIMITS = NetworkLimits(connect=2.0, answer=5.0, operation=10.0)
TERMS = ArchiveRunTerms.of(edition(DEFAULT), Claims(profiles=("bit-preserving",), storage_level=2, signature_level=3))
FIXTURES = ("ct", "mr-rle", "multi-frame-jpeg-2000", "sr", "enhanced-ct", "nested-mixed-lengths", "every-vr")


@pytest.fixture(scope="module")
def made():
    """Intact probes of unlike kinds, each in the encoding of its fixture: what is deflated is not altered."""
    signer = ProbeKey(private_key(Credential.RSA_2048), Credential.RSA_2048.certificate_der)
    own = [probe for probe in probes(signer) if probe.intact and probe.name.count(".") == 2]
    return [probe for probe in own if probe.name.partition(".")[0] in FIXTURES]


@pytest.mark.parametrize("back", [False, True], ids=["in-storing", "in-retrieving"])
@pytest.mark.parametrize("kind", [alter_bit, alter_blob, strip_signatures, Splicing])
def test_every_altered_instance_is_reported_and_no_other(kind, back, made):
    """A bit, a blob, a signature cut out or spliced in: reported where it happened, on the way there or back."""
    tampering = Splicing() if kind is Splicing else kind
    with ExitStack() as stack:
        server = stack.enter_context(ArchiveServer(limits=LIMITS))
        proxy = TamperProxy(server.peer.host, server.peer.port, tampering, on_the_way_back=back, each=2)
        stack.enter_context(proxy)
        vault = stack.enter_context(Vault())
        peer = Peer("127.0.0.1", proxy.port, server.peer.called)
        every = [probe.outgoing for probe in made]
        storing = DimseStoring(peer, every, LIMITS)
        retrieving = Getting(peer, every, LIMITS, vault)
        trial = ArchiveTrial(made, storing, retrieving, Way.GET, vault, TERMS, asked_twice=0)
        stack.callback(trial.close)
        outcomes = [(probe, one) for probe, one in trial.outcomes() if probe is not None]
    reported = {probe.name for probe, one in outcomes if any(each.result == "fail" for each in one.outcome.results)}
    assert len(reported) == proxy.altered
    due = made[::2][1:] if kind is Splicing else made[::2]
    assert reported == {probe.name for probe in due}


@pytest.mark.parametrize("kind", [alter_bit, alter_blob, strip_signatures])
def test_what_was_altered_is_read_and_does_not_hold(kind, made):
    """The altered data set is still one; its signatures are gone or invalid, its length is right."""
    for probe in made:
        whole = probe.outgoing.data
        data = kind(bytes(probe.outgoing.data_set), probe.outgoing.syntax)
        verdicts = [str(each.integrity) for each in verify(instance_of(whole[: probe.outgoing.start] + data))]
        assert verdicts == ([] if kind is strip_signatures else ["invalid"]), probe.name


def test_what_cannot_be_read_is_left_as_it_is():
    """Rubbish goes through unaltered; so does a deflated data set."""
    for data in (b"", b"rubbish", b"\x08\0\x16\0UI\xff\xff"):
        assert {alter_bit(data, "1.2.840.10008.1.2.1"), strip_signatures(data, "1.2.840.10008.1.2.1.99")} == {data}
