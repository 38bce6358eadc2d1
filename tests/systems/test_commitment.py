"""Storage commitment: what is asked for is reported on, over the same association or over another (PS3.4 J)."""

import time

import pytest

from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.committing import commitment
from dicomsig.systems.destination import Destination
from dicomsig.systems.dimse.accepting import Listener
from dicomsig.systems.dimse.association import Context
from dicomsig.systems.dimse.commands import CommandField, CommandTag, command
from dicomsig.systems.dimse.commitment import COMMITMENT, Reference, report
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.dimse.requesting import Peer, Proposal, associate
from dicomsig.systems.embedded_archive import HonestArchive
from dicomsig.systems.outgoing import Outgoing

CT = "1.2.840.10008.5.1.4.1.1.2"
IMPLICIT = "1.2.840.10008.1.2"
LIMITS = NetworkLimits(connect=2.0, answer=1.0, operation=3.0)


def outgoing(uid: str) -> Outgoing:
    return Outgoing(CT, uid, "1.2", "1.3", IMPLICIT, b"")


class Half(HonestArchive):
    """Commits to every instance but one."""

    def commits(self, sop_instance):
        return sop_instance != "1.2.3.4"


def test_what_is_kept_and_what_is_not_is_told():
    """The report names the instances that are committed to, and those that are not."""
    with ArchiveServer(Half(), limits=LIMITS) as server:
        done = commitment(server.peer, [outgoing("1.2.3"), outgoing("1.2.3.4")], LIMITS)
    assert (done.status, done.fault) == (0, None)
    assert done.report is not None
    assert (done.report.committed, done.report.failed) == ({"1.2.3"}, {"1.2.3.4": 0x0112})
    assert done.report.event == 2


def test_a_report_over_another_association_is_taken():
    """Who reports later calls us (PS3.4 J.3.3)."""
    with Vault() as vault:
        there = Destination(vault)
        with Listener(there, limits=LIMITS) as listener:
            peer = Peer("127.0.0.1", listener.port)
            association = associate(peer, [Proposal(COMMITMENT, IMPLICIT)], LIMITS)
            context: Context = association.context_for(COMMITMENT)
            report(association, context, "1.9", [Reference(CT, "1.2.3")], [])
            association.release()
            found = there.report("1.9", 2.0)
            assert found is not None
            assert found.committed == {"1.2.3"}
            assert there.report("1.8", 0.1) is None


def test_who_does_not_commit_is_no_fault():
    """A peer without the service refuses the context, and that is told."""

    class Without(HonestArchive):
        def accepts(self, abstract, syntaxes):
            return None if abstract == COMMITMENT else super().accepts(abstract, syntaxes)

    with ArchiveServer(Without(), limits=LIMITS) as server:
        done = commitment(server.peer, [outgoing("1.2.3")], LIMITS)
    assert done.report is None
    assert done.fault is not None


@pytest.mark.parametrize("data", [b"", b"rubbish", b"\x08\0\x95\x11\x04\0\0\0"])
def test_a_request_that_cannot_be_read_is_refused(data):
    """The archive answers with a failure and goes on."""
    with ArchiveServer(limits=LIMITS) as server:
        association = associate(server.peer, [Proposal(COMMITMENT, IMPLICIT)], LIMITS)
        asked = command(CommandField.ACTION, {CommandTag.MESSAGE_ID: 1}, data_set=True)
        association.send(association.context_for(COMMITMENT), asked, data)
        assert association.receive(time.monotonic() + 2).command.status == 0xC000
        association.release()
