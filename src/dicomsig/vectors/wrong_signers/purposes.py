"""Purpose codes that are not those of CID 7007 (PS3.16)."""

from dataclasses import replace

from dicomsig.vectors.edits import put
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.nodes import DataSet
from dicomsig.vectors.values import sequence
from dicomsig.vectors.wrong_signers.recipe import wrong
from dicomsig.vectors.wrong_signers.twins import purpose_code, with_purpose

_CID = "ps3.16-cid-7007-"


def _with(twin: Forgery, item: DataSet) -> Forgery:
    return replace(twin, item=(put(sequence("DigitalSignaturePurposeCodeSequence", item)),))


@wrong(_CID + "scheme-designator", with_purpose)
def purpose_in_another_scheme(twin: Forgery) -> Forgery:
    """The purpose code 5 bears the scheme designator DCM."""
    return _with(twin, purpose_code("5", "DCM"))


@wrong(_CID + "code-values", with_purpose)
def purpose_with_leading_zero(twin: Forgery) -> Forgery:
    """The purpose code is written 05."""
    return _with(twin, purpose_code("05"))


@wrong(_CID + "code-values", with_purpose)
def purpose_out_of_range(twin: Forgery) -> Forgery:
    """The purpose code is 19, one beyond the last."""
    return _with(twin, purpose_code("19"))
