"""What a person types to put one vector to the product without dicomsig in between."""

from typing import Final

from dicomsig.conformance.results import Result
from dicomsig.reporting.document import ResultDocument

__all__ = ["by_hand_command"]

_FOLDER: Final = "vectors"


def by_hand_command(document: ResultDocument, result: Result) -> str:
    """Two commands, the export of a vector and the product's own; empty where no vector or no command is known."""
    template, vector = document.run.by_hand, result.subject.vector
    if not template or not vector:
        return ""
    filled = template.replace("{file}", f"{_FOLDER}/{vector}/object.dcm")
    filled = filled.replace("{trust}", f"{_FOLDER}/trust-anchors/{_anchors(vector)}.pem")
    return f"dicomsig vectors export {_FOLDER} --only {vector} && {filled}"


def _anchors(vector: str) -> str:
    """The name of the trust anchors of a vector; those of almost all where it is none of ours."""
    from dicomsig.vectors.index import VectorError, index
    from dicomsig.vectors.vector import Anchors

    try:
        entry = index().get(vector)
    except VectorError:
        entry = None
    return (Anchors.ROOT if entry is None else entry.vector.anchors).value
