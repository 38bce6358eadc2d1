"""What only all instances of a signer together can show: repeated UIDs, and claims that nothing exercised."""

from collections import Counter

from dicomsig.conformance.register import Scope, Strength, register
from dicomsig.conformance.results import CaseOutcome, Subject
from dicomsig.conformance.views import JudgedRun
from dicomsig.judging.rows import CLAIM_NOT_EXERCISED, Tally
from dicomsig.judging.signer import ROLE, FileJudgement, FileState, SignatureFacts, file_case
from dicomsig.judging.terms import ALWAYS_DUE, JUDGED_BY_FILES, Terms
from dicomsig.signatures.verdict import Status

_MAC_ALGORITHM = "ps3.15-c.1-mac-algorithm"
_MOST_FILES = 5


class RunFacts:
    """What is remembered of all files."""

    def __init__(self) -> None:
        self.signed = self.judged = 0
        self.signatures = 0
        self.uids: Counter[str] = Counter()
        self.repeated: dict[str, list[int]] = {}
        """The files of a UID that more than one signature bears, the first of them."""
        self._first: dict[str, int] = {}
        self._known: set[tuple[str, bytes]] = set()
        self.mac_algorithms: Counter[str] = Counter()
        self.profiles: Counter[str] = Counter()

    def take(self, judgement: FileJudgement) -> None:
        """Remember one file."""
        self.signed += judgement.state is FileState.SIGNED
        self.judged += judgement.state in (FileState.SIGNED, FileState.UNREADABLE) or judgement.failed
        self.profiles.update(profile for profile, _ in judgement.profiles)
        for signature in judgement.signatures:
            if signature.own:
                self.signatures += 1
                self.mac_algorithms[signature.mac_algorithm] += 1
                self._take_uid(signature, judgement.number)

    def _take_uid(self, signature: SignatureFacts, file: int) -> None:
        """A copy of a file bears the same signature, and one that does not hold may be anybody's work."""
        same = (signature.uid, signature.fingerprint)
        if signature.integrity is Status.VALID and same not in self._known:
            self._known.add(same)
            self.uids[signature.uid] += 1
            first = self._first.setdefault(signature.uid, file)
            if self.uids[signature.uid] > 1:
                files = self.repeated.setdefault(signature.uid, [first])
                if len(files) < _MOST_FILES:
                    files.append(file)


def judge_run(terms: Terms, facts: RunFacts) -> tuple[CaseOutcome, tuple[str, ...]]:
    """The outcome of the product as a whole, and what went wrong inside us."""
    tally = Tally(f"{ROLE}/product", Subject())
    if facts.signatures:
        run = JudgedRun(
            edition=terms.edition,
            claims=terms.claims,
            instances=facts.signed,
            signatures=facts.signatures,
            signature_uids=facts.uids,
            repeated={uid: tuple(map(file_case, files)) for uid, files in facts.repeated.items()},
            mac_algorithms=facts.mac_algorithms,
        )
        tally.ask(terms.rows(Scope.PRODUCT, *ALWAYS_DUE, *terms.profiles), run, terms)
    if facts.judged:
        _leave_open_what_nothing_showed(tally, terms, facts)
    return tally.outcome(), tuple(tally.internal_errors)


def _leave_open_what_nothing_showed(tally: Tally, terms: Terms, facts: RunFacts) -> None:
    """A claim whose tests did not run is inconclusive, never a pass."""
    if terms.only:
        if not facts.signatures:
            for name in sorted(terms.only):
                _leave_open(tally, name, "no signature of the product was found to be judged by it")
        return
    if terms.claims is not None and not facts.signatures:
        _leave_open(tally, _first_row("base"), "no signature of the product was found, and none was judged")
    for profile in terms.due_profiles:
        if profile in terms.profiles and profile not in terms.judged_profiles:
            message, found = f"the {profile} profile is due, and dicomsig cannot judge it yet", "no check for it"
            _leave_open(tally, _first_row(profile), message, expected="a check of the profile", found=found)
        elif not facts.profiles[profile]:
            message = f"the {profile} profile is due, and no signature of the product was judged by it"
            _leave_open(tally, _first_row(profile), message)
    for profile in terms.named_profiles:
        if profile not in JUDGED_BY_FILES:
            _observe_claim_of_another_role(tally, profile)
    for level in ("storage_level", "signature_level"):
        if terms.claims is not None and getattr(terms.claims, level) is not None:
            _observe_claim_of_another_role(tally, level)
    for algorithm in terms.claims.mac_algorithms if terms.claims is not None else ():
        if not facts.mac_algorithms[algorithm]:
            message = f"{algorithm} is claimed, and no signature of the product names it"
            _leave_open(tally, _MAC_ALGORITHM, message)


def _observe_claim_of_another_role(tally: Tally, claim: str) -> None:
    message = f"the claim of {claim} is about storing and retrieving; signed files do not show it"
    tally.observe("claim-of-another-role", message)


def _first_row(profile: str) -> str:
    """The first demand of a profile stands for the claim of it."""
    return next(r.id for r in register().values() if r.profile == profile and r.strength is Strength.SHALL)


def _leave_open(
    tally: Tally,
    requirement: str,
    message: str,
    *,
    expected: str = "an instance that shows it",
    found: str = "none among the files of this run",
) -> None:
    tally.leave_open(register().get(requirement), CLAIM_NOT_EXERCISED, message, expected=expected, found=found)
