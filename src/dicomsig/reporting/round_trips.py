"""How much of an archive was judged is counted in round trips: one instance stored and asked for is one of them.

An instance that is asked for again, or in another encoding, makes another round trip, so that there are more of them
than instances; one that the archive did not take, or did not give back, was tried all the same.
"""

from typing import Final

from dicomsig.reporting.document import ProfileTally, ResultDocument
from dicomsig.reporting.phrases import counted
from dicomsig.reporting.roles import Role

__all__ = ["did_not_survive", "met_on", "round_trips_sentence"]

_BROKEN: Final = "signature-broken-on-the-way"
_WHAT_IT_IS: Final = (
    "One instance that is stored and asked for makes a round trip; asked for again, or in another encoding, it makes "
    "another."
)


def round_trips_sentence(document: ResultDocument, product: str, against: str) -> str:
    """How many round trips were tried through which archive, what came back of them, and what it was judged against."""
    summary = document.summary
    tried = f"dicomsig tried {counted(summary.signed, 'round trip')} of signed instances through "
    whose = product or "an archive that nobody named"
    came = f"{counted(summary.signatures, 'signature')} that came back" if summary.signatures else ""
    judged = f"judged the {came}" if came else "no signature came back that it could judge"
    return f"{tried}{whose}, and {judged}, against {against}. {_WHAT_IT_IS}"


def did_not_survive(document: ResultDocument) -> str:
    """In how many cases signatures did not survive of which nothing is claimed; empty where there is none."""
    cases = sum(each.count for each in document.observations if each.code == _BROKEN)
    return f"in {counted(cases, 'case')} signatures did not survive" if cases else ""


def met_on(document: ResultDocument, profile: ProfileTally) -> str:
    """On how many of those that show it a profile is met, and how many do not show it."""
    noun = "round trip" if document.subject.role == Role.ARCHIVE else "signed instance"
    shown = profile.met + profile.not_met
    silent = max(0, document.summary.signed - shown)
    do_not = f"; {silent} more {'does' if silent == 1 else 'do'} not show it" if silent else ""
    return f"{profile.met} of {counted(shown, noun)} that {'shows' if shown == 1 else 'show'} it{do_not}"
