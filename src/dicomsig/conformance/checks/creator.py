"""What a Creator signature has to cover (PS3.15 C.2, A-35)."""

from typing import Final

from dicomsig.conformance.checks.element_list import list_finding, list_rows
from dicomsig.conformance.checks.registry import judges
from dicomsig.conformance.finding import Finding
from dicomsig.conformance.views import JudgedSignature

_PROFILE: Final = "creator"
_BESIDE_THE_LIST: Final = {
    "ps3.15-c.2-element-shared-by-modules": "elements that only modules outside the IOD hold are better signed too",
    "ps3.15-c.2-acquisition-attributes-by-edition": (
        "acquisition elements that are present are signed where the edition wants them"
    ),
    "ps3.15-c.2-reference-attributes-by-edition": (
        "references and derivation that are present are signed where the edition wants them"
    ),
}


@judges(*list_rows(_PROFILE), *_BESIDE_THE_LIST)
def elements_of_the_list_are_signed(signature: JudgedSignature, requirement: str) -> Finding | None:
    """A Creator signature covers the attributes and modules of the list, as far as present (PS3.15 C.2, A-35)."""
    return list_finding(signature, _PROFILE, requirement, _BESIDE_THE_LIST.get(requirement, ""))
