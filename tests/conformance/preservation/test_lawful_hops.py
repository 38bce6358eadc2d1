"""Whatever an instance holds, a hop that changes nothing but what may change convicts nobody."""

import pytest

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import edition
from dicomsig.conformance.preservation.evidence import Levels, RoundTrip
from dicomsig.conformance.preservation.judge import ArchiveTerms, judged
from dicomsig.conformance.results import Subject
from dicomsig.encoding.instance import instance_of
from dicomsig.encoding.syntaxes import DEFLATED, EXPLICIT_BIG_ENDIAN, EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN
from dicomsig.vectors.forge import Forgery, signed
from dicomsig.vectors.instances import committed_path, instances
from dicomsig.vectors.nodes import Form, encode_instance
from dicomsig.vectors.reading import nodes_of

pytestmark = pytest.mark.slow

CLAIMS = Claims(profiles=("bit-preserving",), storage_level=2, signature_level=3)
TERMS = ArchiveTerms(edition(), CLAIMS)
NATIVE = (EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN, IMPLICIT_LITTLE_ENDIAN, DEFLATED)


def forms(syntax):
    """Every lawful way to encode the same content in the same transfer syntax, then the other native ones."""
    yield Form(syntax=syntax)
    yield Form(syntax=syntax, undefined_sequences=True, undefined_items=True)
    yield Form(syntax=syntax, group_lengths=True, trailing_padding=8)
    if not syntax.encapsulated:
        yield from (Form(syntax=other) for other in NATIVE if other is not syntax)


@pytest.mark.parametrize("name", sorted(instances(full=True)))
def test_a_lawful_hop_fails_nothing_whatever_the_instance_holds(name):
    """Length forms, group lengths, padding of the data set, byte order and Implicit VR are no fault of an archive."""
    instance = instance_of(committed_path(name).read_bytes())
    content = signed(Forgery(base=nodes_of(instance), form=Form(syntax=instance.syntax)))
    before = instance_of(encode_instance(content, Form(syntax=instance.syntax)))
    for form in forms(instance.syntax):
        after = instance_of(encode_instance(content, form))
        seen = RoundTrip(before=before, after=after, claims=CLAIMS, announced=Levels(2, 3, 0))
        outcome = judged(seen, f"archive/{name}", Subject(), TERMS)
        assert [(each.requirement, each.result, each.found) for each in outcome.results] == []
