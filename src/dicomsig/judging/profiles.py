"""Which profiles a signed instance meets: for each, the nearest signature of the product decides."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from dicomsig.conformance.checks.structured_report import signed_by_other_profiles
from dicomsig.conformance.register import Scope, Strength
from dicomsig.conformance.views import JudgedInstance, JudgedSignature
from dicomsig.encoding.naming import listed
from dicomsig.judging.rows import CLAIM_NOT_EXERCISED, Tally
from dicomsig.judging.terms import JUDGED_BY_FILES, Row, Terms

__all__ = ["ProfileStanding", "judge_profiles"]

NO_OWN_SIGNATURE: Final = "no-own-signature"

_NOT_AT_TOP: Final = "no signature of the product is in the main data set, so that {} cannot be judged"

Told = tuple[JudgedSignature, Tally]
"""A signature of the product with what the rows that are always due gave."""


class ProfileStanding(StrEnum):
    """Whether one instance, by the nearest of its signatures, meets a profile."""

    MET = "met"
    NOT_MET = "not-met"
    NOT_TOLD = "not-told"


def judge_profiles(
    whole: JudgedInstance, tally: Tally, tallies: Sequence[Tally], terms: Terms
) -> tuple[tuple[str, ProfileStanding], ...]:
    """How each profile stands in an instance; what the due ones gave goes into ``tally`` and those of the signatures.

    An element profile is met when one own signature of the main data set meets all of it, and the instance what is
    asked of it as a whole. The failure shown is that of the nearest signature; the others, and all where no profile
    counts, are observations.
    """
    own = [(view, told) for view, told in zip(whole.signatures, tallies, strict=True) if view.own]
    if not own:
        _leave_all_open(whole, tally, terms)
        return ()
    standings: list[tuple[str, ProfileStanding]] = []
    due: list[tuple[Tally, Tally]] = []
    for profile in terms.judged_profiles:
        if terms.only and profile not in terms.profiles:
            continue
        not_for = _not_made_for(profile, whole)
        if not not_for:
            standings += _element_profile(profile, whole, tally, own, terms, due)
        elif profile in terms.profiles:
            tally.observe("profile-not-due", f"the {profile} profile is not made for {not_for}")
    for profile in terms.use_profiles:
        standings += _use_profile(profile, whole, tally, own, terms, due)
    for part, target in due:  # only now: what one profile breaks must not count against another
        target.merge(part)
    return () if terms.only else tuple(standings)  # some rows of a profile do not tell whether it is met


def _not_made_for(profile: str, whole: JudgedInstance) -> str:
    """What keeps a profile from being due, empty where it is; that of PS3.15 C.4 is for reports (A-24)."""
    if profile != "structured-report":
        return ""
    if not whole.is_report:
        return "this SOP Class (A-24)"
    several = signed_by_other_profiles(whole)
    return "a report with several verifying observers, and no signature states a purpose" if several else ""


def _element_profile(
    profile: str, whole: JudgedInstance, tally: Tally, own: Sequence[Told], terms: Terms, due: list[tuple[Tally, Tally]]
) -> list[tuple[str, ProfileStanding]]:
    counts = profile in terms.profiles
    about_all = _asked(terms.rows(Scope.INSTANCE, profile), whole, tally, terms)
    if counts:
        due.append((about_all, tally))
    candidates = _candidates(profile, own)
    if not candidates:
        if about_all.failed:
            return [(profile, ProfileStanding.NOT_MET)]
        if counts:
            _leave_open(profile, tally, terms)
        return []
    rows = terms.rows(Scope.SIGNATURE, profile)
    asked = [(_asked(rows, view, told, terms), told) for view, told in candidates]
    nearest = min(asked, key=lambda pair: _distance(*pair))
    for part, told in asked:
        if part is nearest[0] and counts:
            due.append(nearest)
        else:
            told.observe(*_observation(profile, part, told, about_all))
    return [(profile, _standing(*nearest, about_all))]


def _candidates(profile: str, own: Sequence[Told]) -> list[Told]:
    """The signatures that may meet a profile: of a verified report those that verify it, if any (PS3.15 C.4)."""
    found = [(view, told) for view, told in own if view.in_main_data_set]
    verifying = [(view, told) for view, told in found if view.verifies_report]
    return verifying if profile == "structured-report" and verifying else found


def _leave_open(profile: str, tally: Tally, terms: Terms) -> None:
    """A profile is due on each instance that the product signed; a signature in an item cannot meet it (PS3.15 C.2)."""
    message = _NOT_AT_TOP.format(profile)
    for row in terms.rows(Scope.SIGNATURE, profile)[:1]:
        expected = f"a signature in the main data set that meets the {profile} profile"
        found = "signatures in items of sequences only"
        tally.leave_open(row.requirement, CLAIM_NOT_EXERCISED, message, expected=expected, found=found)


def _leave_all_open(whole: JudgedInstance, tally: Tally, terms: Terms) -> None:
    """A signed instance without a signature of the product shows nothing of what is claimed or asked: it is open."""
    found = "signatures by other keys than those of the claimed certificates"
    tally.observe(NO_OWN_SIGNATURE, found)
    for profile in JUDGED_BY_FILES:
        if profile not in terms.named_profiles or _not_made_for(profile, whole):
            continue
        rows = (*terms.rows(Scope.SIGNATURE, profile), *terms.rows(Scope.INSTANCE, profile))
        for row in [row for row in rows if row.requirement.strength is Strength.SHALL][:1]:
            message = f"the {profile} profile is due, and the signed instance bears no signature of the product"
            expected = f"a signature of the product that meets the {profile} profile"
            tally.leave_open(row.requirement, NO_OWN_SIGNATURE, message, expected=expected, found=found)


def _use_profile(
    profile: str, whole: JudgedInstance, tally: Tally, own: Sequence[Told], terms: Terms, due: list[tuple[Tally, Tally]]
) -> list[tuple[str, ProfileStanding]]:
    """A secure use profile is judged as far as files show it, on the instance and each signature (PS3.15 A.1, A.4)."""
    parts = [(_asked(terms.rows(Scope.INSTANCE, profile), whole, tally, terms), tally)]
    rows = terms.rows(Scope.SIGNATURE, profile)
    parts += [(_asked(rows, view, told, terms), told) for view, told in own]
    due += parts
    asked = [part for part, _ in parts]
    return [(profile, _standing(*asked))] if any(part.passed or part.results for part in asked) else []


def _asked(rows: Iterable[Row], looked_at: JudgedInstance | JudgedSignature, tally: Tally, terms: Terms) -> Tally:
    part = Tally(tally.case, tally.subject)
    part.ask(rows, looked_at, terms)
    tally.internal_errors += part.internal_errors
    return part


def _distance(*tallies: Tally) -> tuple[int, int]:
    """How far a signature is from meeting a profile: what is broken counts before what cannot be told."""
    return sum(len(each.failed) for each in tallies), sum(len(each.open) for each in tallies)


def _standing(*tallies: Tally) -> ProfileStanding:
    broken, left_open = _distance(*tallies)
    if broken:
        return ProfileStanding.NOT_MET
    return ProfileStanding.NOT_TOLD if left_open else ProfileStanding.MET


def _observation(profile: str, *tallies: Tally) -> tuple[str, str]:
    match _standing(*tallies):
        case ProfileStanding.NOT_MET:
            broken = [requirement for each in tallies for requirement in each.failed]
            return "profile-not-met", f"the {profile} profile is not met: {listed(broken, most=1)}"
        case ProfileStanding.NOT_TOLD:
            return "profile-not-told", f"whether the {profile} profile is met cannot be told"
        case ProfileStanding.MET:
            return "profile-met", f"the {profile} profile is met"
