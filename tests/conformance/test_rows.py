"""Each bound row of the register has an instance that meets it and one that breaks it and nothing else.

The wrong instances and their twins come from `dicomsig.vectors.wrong_signers`; what lawfully fails together is declared
in profiles/coverage.csv. Rows that no file can break are listed here with the reason.
"""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pytest

import dicomsig.conformance.checks  # noqa: F401 - binds the checks
from dicomsig import resources
from dicomsig.conformance.checks.registry import registered
from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.conformance.finding import Answer
from dicomsig.conformance.register import register
from dicomsig.conformance.views import JudgedRun, judged
from dicomsig.encoding.instance import instance_of
from dicomsig.vectors.forge import forge
from dicomsig.vectors.instances import instances
from dicomsig.vectors.wrong_signers import WrongSigner, wrong_signers
from dicomsig.vectors.wrong_signers.twins import icon, of

ALWAYS = ("macro", "base")
PROFILES = (*ALWAYS, "creator")
"""What the recipes for rows of these profiles and their twins are judged by."""

HONEST = (*PROFILES, "authorization", "online-storage")
"""What an honest signature over everything meets, on every instance."""

EVERY = instances(full=True)

BESIDE = {
    "authorization": (*ALWAYS, "authorization"),
    "structured-report": (*ALWAYS, "structured-report"),
    "basic-sr": (*ALWAYS, "structured-report", "basic-sr"),
    "online-storage": (*ALWAYS, "online-storage"),
}
"""Profiles with recipes of their own: what those and their twins are judged by."""

_MAC_ALONE = "a MAC that differs tells that something is wrong and not what: mac-into-signature fails in its place"
_NOT_READ = "an instance in which it is otherwise cannot be read, and fails as unreadable"

CANNOT_FAIL = {
    "ps3.3-c.12.1.1.3.1.1-lists-all-signed-tags": _MAC_ALONE,
    "ps3.3-c.12.1.1.3.1.1-sequence-content-implied": _MAC_ALONE,
    "ps3.3-c.12.1.1.3.1.1-item-tags-implied": _MAC_ALONE,
    "ps3.3-c.12.1.1.3.1.1-encapsulated-item-tags-implied": _MAC_ALONE,
    "ps3.3-c.12.1.1.3.1.1-private-elements-signable": "a permission: nobody has to sign private elements",
    "ps3.3-c.12.1.1.3.1.2-encode-in-mac-transfer-syntax": _MAC_ALONE,
    "ps3.3-c.12.1.1.3.1.2-element-fields": _MAC_ALONE,
    "ps3.3-c.12.1.1.3.1.2-item-content-recursive": _MAC_ALONE,
    "ps3.3-c.12.1.1.3.1.2-signature-not-hashed": "a signer cannot hash a value that it has not got yet",
    "ps3.3-c.12.1.1.3.1.2-timestamp-not-hashed": _MAC_ALONE,
    "ps3.3-c.12.1.1.3.1.2-transfer-syntax-may-differ": "a permission: nobody has to change the transfer syntax",
    "ps3.5-7.1.2-short-and-long-headers": _NOT_READ,
    "ps3.5-7.3-little-endian-values": _MAC_ALONE,
    "ps3.5-7.5-item-tags-without-vr": _NOT_READ,
    "ps3.5-7.5.1-empty-item-form": _NOT_READ,
    "ps3.5-7.5.2-empty-sequence-form": _NOT_READ,
    "ps3.5-a.4-nested-pixels-native-or-encapsulated": "both forms are lawful",
    "ps3.15-c.1-no-element-set": "any list will do; one that names nothing fails elements-signed-present",
}
"""Bound rows of which no single file can show a breach, each with the reason."""

_TOKEN = "the token is read, its own signature is not verified yet, so that nothing more than unknown can be said"

CANNOT_HOLD = {
    "ps3.3-c.12.1.1.3-mac-transfer-syntax-deflated": "another transfer syntax is no case of it",
    "ps3.15-c.1-timestamp-rfc-3161": _TOKEN,
    "ps3.15-c.1-timestamp-draft": _TOKEN,
}
"""Bound rows that are never acquitted, each with the reason."""


@cache
def bound_rows() -> dict[str, frozenset[str]]:
    """The bound rows with their companions."""
    path = resources.content("profiles") / "coverage.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["requirement"]: row for row in csv.DictReader(file)}
    return {name: frozenset(row["companions"].split()) for name, row in rows.items() if row["check"]}


@dataclass(frozen=True)
class Case:
    """An instance, and what it is judged by."""

    data: bytes
    label: str = DEFAULT
    profiles: tuple[str, ...] = PROFILES
    approver_sees: tuple[int, ...] = ()

    @classmethod
    def of(cls, recipe: WrongSigner, data: bytes) -> "Case":
        profiles = BESIDE.get(register()[recipe.requirement].profile, PROFILES)
        return cls(data, recipe.edition or DEFAULT, profiles, recipe.approver_sees)


@cache
def answers(case: Case) -> Mapping[str, frozenset[Answer]]:
    """What the checks of all rows in force say of an instance, of each of its signatures, and of a run of it alone."""
    claims = Claims(approver_sees=case.approver_sees)
    whole = judged(instance_of(case.data), edition(case.label), claims=claims)
    run = JudgedRun(
        edition=whole.edition,
        claims=None,
        instances=1,
        signatures=len(whole.signatures),
        signature_uids=Counter(each.verdict.uid for each in whole.signatures),
        mac_algorithms=Counter(each.verdict.mac_algorithm for each in whole.signatures),
    )
    subjects = {"signature": whole.signatures, "instance": (whole,), "product": (run,)}
    found: dict[str, frozenset[Answer]] = {}
    for name, check in registered().items():
        requirement = register()[name]
        if requirement.profile in case.profiles and requirement.holds_in(case.label):
            findings = [check.ask(subject) for subject in subjects[check.scope.value]]
            found[name] = frozenset(finding.answer for finding in findings if finding is not None)
    return found


def rows_with(answer: Answer, case: Case) -> set[str]:
    return {name for name, found in answers(case).items() if answer in found}


@cache
def right_instances() -> dict[str, Case]:
    """Honest signatures over every unsigned instance, and the twins of all wrong ones."""
    found = {name: Case(forge(of(name)), profiles=HONEST) for name in EVERY}
    found["icon"] = Case(forge(icon()), profiles=HONEST)
    return found | {f"twin of {name}": Case.of(recipe, recipe.build_twin()) for name, recipe in wrong_signers().items()}


@pytest.mark.parametrize("name", [*EVERY, "icon", *(f"twin of {name}" for name in wrong_signers())])
def test_right_instances_break_nothing(name: str) -> None:
    """Neither an honest signature over an instance nor the twin of a wrong one breaks any bound row."""
    assert not rows_with(Answer.BROKEN, right_instances()[name])


@pytest.mark.parametrize("recipe", wrong_signers().values(), ids=lambda recipe: recipe.name)
def test_wrong_instances_break_one_row(recipe: WrongSigner) -> None:
    """A wrong instance breaks its row, which its twin meets, and beyond it only the declared companions."""
    case = Case.of(recipe, recipe.build())
    broken = rows_with(Answer.BROKEN, case)
    assert (recipe.requirement in broken) is not recipe.warned
    assert (recipe.requirement in rows_with(Answer.DOUBTFUL, case)) is recipe.warned
    assert broken <= {recipe.requirement} | bound_rows()[recipe.requirement]
    met = rows_with(Answer.HOLDS, right_instances()[f"twin of {recipe.name}"])
    assert (recipe.requirement in met) is (recipe.requirement not in CANNOT_HOLD)


def test_every_bound_row_is_broken_by_an_instance() -> None:
    """For each bound row there is a wrong instance, or the reason why there can be none."""
    broken = {recipe.requirement for recipe in wrong_signers().values()}
    assert broken | set(CANNOT_FAIL) == set(bound_rows())
    assert not broken & set(CANNOT_FAIL)


def test_every_bound_row_is_met_by_an_instance() -> None:
    """For each bound row there is a right instance that meets it, or the reason why there can be none."""
    met: set[str] = set()
    for case in right_instances().values():
        met |= rows_with(Answer.HOLDS, case)
    assert set(bound_rows()) - set(CANNOT_HOLD) <= met
    assert not set(CANNOT_HOLD) & met
