"""Purpose codes that are not those of CID 7007 (PS3.16)."""

from dataclasses import replace

from dicomsig.vectors.edits import put
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.nodes import DataSet, data_set
from dicomsig.vectors.values import element, sequence
from dicomsig.vectors.wrong_signers.recipe import wrong
from dicomsig.vectors.wrong_signers.twins import purpose_code, with_purpose

_CID = "ps3.16-cid-7007-"


def _with(twin: Forgery, item: DataSet) -> Forgery:
    return replace(twin, item=(put(sequence("DigitalSignaturePurposeCodeSequence", item)),))


@wrong(_CID + "scheme-designator", with_purpose)
def purpose_with_misspelt_scheme(twin: Forgery) -> Forgery:
    """The scheme designator of the purpose is in lower case."""
    return _with(twin, purpose_code("5", "astm-sigpurpose"))


@wrong(_CID + "code-values", with_purpose)
def purpose_with_leading_zero(twin: Forgery) -> Forgery:
    """The purpose code is written 05."""
    return _with(twin, purpose_code("05"))


@wrong(_CID + "code-values", with_purpose)
def purpose_out_of_range(twin: Forgery) -> Forgery:
    """The purpose code is 19, one beyond the last."""
    return _with(twin, purpose_code("19"))


def _of_context(twin: Forgery, uid: str) -> Forgery:
    context = data_set(purpose_code("5"), element("ContextIdentifier", "7007"), element("ContextUID", uid))
    return _with(twin, context)


@wrong(_CID + "context-group", lambda: _of_context(with_purpose(), "1.2.840.10008.6.1.488"))
def purpose_of_another_context_group(twin: Forgery) -> Forgery:
    """The purpose names context group 7007 and the UID of group 7008."""
    return _of_context(twin, "1.2.840.10008.6.1.489")
