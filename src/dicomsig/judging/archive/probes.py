"""The signed instances that an archive is given: the committed ones under fresh UIDs, in a study named as a test.

Nothing of a probe is anybody's data: patient and study are named as a test, and every UID is new with each run.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from io import BytesIO
from typing import TYPE_CHECKING, Final

from dicomsig.conformance.editions import edition, profile_data
from dicomsig.conformance.preservation.hops import Coding
from dicomsig.conformance.reports import is_verified
from dicomsig.conformance.tags_to_sign import tags_to_sign
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.encoding.instance import Instance, instance_of
from dicomsig.encoding.syntaxes import transfer_syntax
from dicomsig.judging.archive.axes import REPORT_PROFILE, Choice, complete, covering, recipes
from dicomsig.signatures.sign import sign, write
from dicomsig.signatures.signing_request import PurposeCode, SigningRequest
from dicomsig.signatures.tag_choice import signable_tags
from dicomsig.systems.outgoing import Outgoing
from dicomsig.vectors.nodes import DataSet, Leaf, data_set, encode_instance, without
from dicomsig.vectors.recipes import InstanceRecipe
from dicomsig.vectors.values import element

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["BROKEN", "Probe", "ProbeKey", "new_uid", "probes", "probes_of", "rest_of", "signed_probe"]

STUDY_DESCRIPTION: Final = "dicomsig test of an archive; delete"
PATIENT_NAME: Final = "DICOMSIG^TEST"
PATIENT_ID: Final = "DICOMSIG-TEST"

BROKEN: Final = "pixels-changed"
"""The end of the names of probes whose signature does not hold: their pixels changed after signing."""

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
    """Fixture, algorithm and profile, and the encoding where it is another: stable from run to run."""
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

    @property
    def coding(self) -> Coding:
        """How it is encoded when it is stored."""
        return Coding.of(transfer_syntax(self.outgoing.syntax))


def new_uid() -> str:
    """A UID that nobody had before (PS3.5 B.2)."""
    return f"2.25.{uuid.uuid4().int}"


def probes(signer: ProbeKey) -> Iterator[Probe]:
    """The probes of a run, all in one study: a covering set, and two pairs of which one is changed after signing."""
    study = new_uid()
    chosen = covering()
    yield from probes_of(signer, chosen, study)
    for name in _TWINS:
        twin = Choice(name, MacAlgorithm.SHA256, "base", recipes()[name].form)
        if twin not in chosen:
            yield from probes_of(signer, (twin,), study)
        yield from map(_broken, probes_of(signer, (twin,), study))


def rest_of(made: Iterable[Probe]) -> list[Choice]:
    """What the complete set has beyond probes that were made."""
    there = {each.name for each in made}
    return [each for each in complete() if each.name not in there]


def probes_of(signer: ProbeKey, chosen: Iterable[Choice], study: str) -> Iterator[Probe]:
    """The probes of some choices, all in one study."""
    for choice in chosen:
        recipe = recipes()[choice.fixture]
        recipe = InstanceRecipe(recipe.name, recipe.title, choice.form, partial(_content, choice.fixture))
        yield signed_probe(signer, study, recipe, choice.algorithm, choice.profile, choice.name)


@lru_cache(maxsize=8)
def _content(fixture: str) -> DataSet:
    """What a fixture holds, which is signed many times one after the other."""
    return recipes()[fixture].data_set()


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
        key=signer.key,
        certificate=signer.certificate,
        algorithm=algorithm,
        tags=tags_to_sign(unsigned, profile, edition()) or signable_tags(unsigned.elements),
        purpose=_purpose(unsigned) if profile == REPORT_PROFILE else None,
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


def _purpose(report: Instance) -> PurposeCode:
    """What a signature on a report is for: code 5 for a verified one, else 1, the author's (PS3.15 C.4, CID 7007)."""
    wanted = "5" if is_verified(report) else "1"
    row = next(each for each in profile_data()["purpose_codes"] if each["value"] == wanted)
    return PurposeCode(row["value"], row["scheme"], row["meaning"])


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
