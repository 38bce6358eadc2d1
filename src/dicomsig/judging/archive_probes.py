"""The signed instances that an archive is given: the committed ones under fresh UIDs, in a study named as a test.

Nothing of a probe is anybody's data: patient and study are named as a test, and every UID is new with each run.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import cycle, product
from typing import TYPE_CHECKING, Final

from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.conformance.modules import due_attributes
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.encoding.instance import Instance, instance_of
from dicomsig.signatures.sign import sign, write
from dicomsig.signatures.signing_request import SigningRequest
from dicomsig.signatures.tag_choice import signable_tags
from dicomsig.systems.outgoing import Outgoing
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import Leaf, data_set, encode_instance, without
from dicomsig.vectors.recipes import InstanceRecipe
from dicomsig.vectors.spellings import PADDED, SPELLINGS
from dicomsig.vectors.values import element

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["BROKEN", "Probe", "ProbeKey", "new_uid", "probes", "signed_probe"]

STUDY_DESCRIPTION: Final = "dicomsig test of an archive; delete"
PATIENT_NAME: Final = "DICOMSIG^TEST"
PATIENT_ID: Final = "DICOMSIG-TEST"

BROKEN: Final = "pixels-changed"
"""The end of the names of probes whose signature does not hold: their pixels changed after signing."""

_COVERING: Final = (
    "ct",
    "every-vr",
    "secondary-capture",
    "nested-mixed-lengths",
    "private-elements",
    "multi-frame-rle",
    "multi-frame-jpeg-2000",
    "jpeg-2000-fragments",
    "ct-overlays",
    "ct-lookup-table",
    "ct-group-lengths",
    "ct-trailing-padding",
    "enhanced-ct-undefined-lengths",
    "enhanced-ct",
    "ultrasound",
    "mr",
    "mr-rle",
    "jpeg-baseline",
    "sr",
    "sr-undefined-lengths",
    "utf-8",
    "private-unknown",
    "secondary-capture-odd",
    "encapsulated-pdf",
    "ecg",
    "ct-implicit",
    "ct-deflated",
)
"""Every way to encode, every kind of value, in an order that shows most first."""

_NOT_SENT: Final = ("ct-bare", "private-sop-class")
_PROFILES: Final = ("base", "creator")
_TWINS: Final = ("ct", "multi-frame-rle")
"""What is stored twice, signed alike: once as it was signed, once with pixels changed."""


@dataclass(frozen=True, slots=True)
class ProbeKey:
    """By whom probes are signed; ``certificate`` is DER."""

    key: "RSAPrivateKey" = field(repr=False)
    certificate: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Probe:
    """One instance to be stored, and how it was signed."""

    name: str
    """Fixture, algorithm and profile: ``ct.sha256.creator``; stable from run to run."""
    outgoing: Outgoing
    algorithm: str
    intact: bool = True
    """Whether its signatures hold before it is sent."""
    altered: tuple[tags.Tag, ...] = ()
    """Elements that were changed under a signature before it is stored."""
    sound_twin: str = ""
    """The name of the probe that was signed alike and not changed; empty where an archive cannot tell the two apart."""
    altered_at_rest: tuple[tags.Tag, ...] = ()
    """Elements that were changed in the store."""


def new_uid() -> str:
    """A UID that nobody had before (PS3.5 B.2)."""
    return f"2.25.{uuid.uuid4().int}"


def probes(signer: ProbeKey, *, exhaustive: bool = False, study: str | None = None) -> Iterator[Probe]:
    """The probes of a run, all in one study: a covering set, or each fixture by each algorithm and profile."""
    named = study or new_uid()
    if exhaustive:
        names = [name for name in _recipes() if name not in _NOT_SENT]
        chosen: Sequence[tuple[str, MacAlgorithm, str]] = [
            (name, algorithm, profile)
            for name, (algorithm, profile) in product(names, product(MacAlgorithm, _PROFILES))
        ]
    else:
        ways = cycle(product(MacAlgorithm, _PROFILES))
        covering = [(name, *way) for name, way in zip(_COVERING, ways, strict=False)]
        chosen = [*covering, *((recipe.name, MacAlgorithm.SHA256, "base") for recipe in (SPELLINGS, PADDED))]
    for name, algorithm, profile in chosen:
        yield _probe(signer, named, name, algorithm, profile)
    for name in _TWINS:
        if (name, MacAlgorithm.SHA256, "base") not in chosen:
            yield _probe(signer, named, name, MacAlgorithm.SHA256, "base")
        yield _broken(_probe(signer, named, name, MacAlgorithm.SHA256, "base"))


def _recipes() -> dict[str, InstanceRecipe]:
    return {**instances(full=True), SPELLINGS.name: SPELLINGS, PADDED.name: PADDED}


def _probe(signer: ProbeKey, study: str, name: str, algorithm: MacAlgorithm, profile: str) -> Probe:
    probe = signed_probe(signer, study, _recipes()[name], algorithm, profile)
    return replace(probe, name=f"{name}.{algorithm.lower()}.{profile}")


def signed_probe(
    signer: ProbeKey, study: str, recipe: InstanceRecipe, algorithm: MacAlgorithm, profile: str, name: str = ""
) -> Probe:
    """A probe of what a recipe makes, under fresh UIDs but for that of the study."""
    series, sop_instance = new_uid(), new_uid()
    content = recipe.data_set()
    named = {node.tag for node in content}
    uids = (
        element("SOPInstanceUID", sop_instance),
        element("StudyInstanceUID", study),
        element("SeriesInstanceUID", series),
    )
    content = data_set(
        without(content, *(each.tag for each in uids)),
        uids,
        [each for each in _saying_so(recipe.name) if each.tag not in named],
    )
    unsigned = instance_of(encode_instance(content, recipe.form))
    request = SigningRequest(
        key=signer.key, certificate=signer.certificate, algorithm=algorithm, tags=_due(unsigned, profile)
    )
    out = BytesIO()
    write(sign(unsigned, request), out)
    return Probe(
        name=name or recipe.name,
        outgoing=Outgoing(
            sop_class=unsigned.text(tags.SOP_CLASS_UID),
            sop_instance=sop_instance,
            study=study,
            series=series,
            syntax=recipe.transfer_syntax_uid,
            data=out.getvalue(),
            start=unsigned.file_start,
        ),
        algorithm=algorithm,
    )


def _saying_so(name: str) -> Iterator[Leaf]:
    """Names of patient, study and series by which anybody sees that this is a test."""
    yield element("StudyDescription", STUDY_DESCRIPTION)
    yield element("SeriesDescription", f"dicomsig {name}"[:64])
    yield element("PatientName", PATIENT_NAME)
    yield element("PatientID", PATIENT_ID)


def _due(instance: Instance, profile: str) -> tuple[tags.Tag, ...]:
    """What the profile wants signed, or everything that can be."""
    signable = signable_tags(instance.elements)
    if profile == "base":
        return signable
    present = {each.tag for each in instance.elements}
    due = due_attributes(profile, edition(DEFAULT), instance.text(tags.SOP_CLASS_UID), present)
    return tuple(sorted({each.tag for each in due} & set(signable))) or signable


def _broken(probe: Probe) -> Probe:
    """The same with one bit of its pixels changed after signing."""
    instance = instance_of(probe.outgoing.data)
    pixels = next(each for each in instance.elements if each.tag == tags.PIXEL_DATA)
    last = pixels.fragments[-1] if pixels.fragments else pixels
    position = last.value + last.length - 1
    data = bytearray(probe.outgoing.data)
    data[position] ^= 1
    outgoing = replace(probe.outgoing, data=bytes(data))
    return replace(
        probe,
        name=f"{probe.name}.{BROKEN}",
        outgoing=outgoing,
        intact=False,
        altered=(tags.PIXEL_DATA,),
        sound_twin=probe.name,
    )
