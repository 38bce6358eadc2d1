"""What is altered is what was aimed at, and a value that a signature covers; UIDs and names are left as they are."""

import pytest

from dicomsig.conformance.preservation.compare import compare
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.encoding.instance import instance_of
from dicomsig.judging.archive.probes import ProbeKey, new_uid, signed_probe
from dicomsig.systems.aimed_tampering import AimedTampering, StoringAltered
from dicomsig.systems.outgoing import Sent
from dicomsig.systems.tampering import TamperKind, alter_bit, alter_blob, tampering_of
from dicomsig.vectors.instances import instances
from dicomsig.vectors.pki import Credential, private_key

CONTENT, TEXT, PIXELS = 0x0040A730, 0x0040A160, tags.PIXEL_DATA
SIGNER = ProbeKey(private_key(Credential.RSA_2048), Credential.RSA_2048.certificate_der)


@pytest.fixture(scope="module")
def made():
    """Probes of one study, by their fixture."""
    study = new_uid()
    names = ("ct", "sr", "multi-frame-jpeg-2000", "nested-mixed-lengths")
    return {
        name: signed_probe(SIGNER, study, instances()[name], MacAlgorithm.SHA256, "creator").outgoing for name in names
    }


def differing(outgoing, data):
    """What differs, each by the element of the main data set and its own."""
    after = instance_of(outgoing.data[: outgoing.start] + data)
    return {(each.top, each.tag) for each in compare(instance_of(outgoing.data), after)}


@pytest.mark.parametrize("alter", [alter_bit, alter_blob])
def test_where_there_are_no_pixels_a_signed_value_is_altered(alter, made):
    """The text of a report; of what only the minimum covers one of those elements, though others are longer."""

    def altered(name):
        return differing(made[name], alter(bytes(made[name].data_set), made[name].syntax))

    assert altered("ct") == {(PIXELS, PIXELS)}
    assert altered("multi-frame-jpeg-2000") == {(PIXELS, PIXELS)}
    assert altered("sr") == {(CONTENT, TEXT)}
    assert altered("nested-mixed-lengths") == {(0x00080070, 0x00080070)}  # of the equipment


def test_only_what_is_aimed_at_is_altered_and_remembered(made):
    """By SOP Instance UID; rubbish and other instances go as they are."""
    one, other = made["ct"], made["sr"]
    aimed = AimedTampering({one.sop_instance: alter_bit})
    assert aimed(bytes(other.data_set), other.syntax) == other.data_set
    assert aimed(b"rubbish", one.syntax) == b"rubbish"
    assert aimed.sent == {}
    changed = aimed(bytes(one.data_set), one.syntax)
    assert changed != one.data_set
    assert aimed.sent == {one.sop_instance: changed}


class Noting:
    """A way to store that notes what it is given."""

    def __init__(self):
        self.given = []
        self.closed = False

    def store(self, outgoing):
        self.given.append(outgoing)
        return Sent(0)

    def announced(self, sop_class):
        return sop_class.encode()

    def close(self, *, hurried=False):
        self.closed = True


def test_where_nobody_can_be_in_between_what_is_sent_is_altered_before(made):
    """The file starts as before, its data set is another, and the rest of the way is passed on."""
    way = Noting()
    storing = StoringAltered(way, alter_bit)
    assert storing.store(made["ct"]).stored
    (given,) = way.given
    assert given.data[: given.start] == made["ct"].data[: given.start]
    assert given.data_set == alter_bit(bytes(made["ct"].data_set), given.syntax)
    assert storing.announced("1.2") == b"1.2"
    storing.close()
    assert way.closed


def test_each_splicing_begins_anew(made):
    """What one has seen is not what another puts in."""
    one, other = tampering_of(TamperKind.SPLICE), tampering_of(TamperKind.SPLICE)
    ct, sr = made["ct"], made["sr"]
    assert one(bytes(ct.data_set), ct.syntax) == ct.data_set
    assert other(bytes(sr.data_set), sr.syntax) == sr.data_set
    assert one(bytes(sr.data_set), sr.syntax) != sr.data_set
