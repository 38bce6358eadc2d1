"""What only all instances of a signer together can show: repeated UIDs, and claims that nothing exercised."""

from collections import Counter

from dicomsig.conformance.register import Scope, Strength, register
from dicomsig.conformance.results import CaseOutcome, Outcome, Result, Subject
from dicomsig.conformance.views import JudgedRun
from dicomsig.judging.rows import Tally
from dicomsig.judging.signer import ROLE, FileJudgement, FileState, SignatureFacts
from dicomsig.judging.terms import ALWAYS_DUE, Terms
from dicomsig.signatures.verdict import Status

CLAIM_NOT_EXERCISED = "claim-not-exercised"
_MAC_ALGORITHM = "ps3.15-c.1-mac-algorithm"


class RunFacts:
    """What is remembered of all files."""

    def __init__(self) -> None:
        self.signed = 0
        self.signatures = 0
        self.uids: Counter[str] = Counter()
        self._known: set[tuple[str, bytes]] = set()
        self.mac_algorithms: Counter[str] = Counter()
        self.profiles: Counter[str] = Counter()

    def take(self, judgement: FileJudgement) -> None:
        """Remember one file."""
        self.signed += judgement.state is FileState.SIGNED
        self.profiles.update(profile for profile, _ in judgement.profiles)
        for signature in judgement.signatures:
            if signature.own:
                self.signatures += 1
                self.mac_algorithms[signature.mac_algorithm] += 1
                self._take_uid(signature)

    def _take_uid(self, signature: SignatureFacts) -> None:
        """A copy of a file bears the same signature, and one that does not hold may be anybody's work."""
        same = (signature.uid, signature.fingerprint)
        if signature.integrity is Status.VALID and same not in self._known:
            self._known.add(same)
            self.uids[signature.uid] += 1


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
            mac_algorithms=facts.mac_algorithms,
        )
        tally.ask(terms.rows(Scope.PRODUCT, *ALWAYS_DUE, *terms.profiles), run, terms)
    if not terms.only:
        tally.results += _claims_without_test(terms, facts)
    return tally.outcome(), tuple(tally.internal_errors)


def _claims_without_test(terms: Terms, facts: RunFacts) -> list[Result]:
    """A claim whose tests did not run is inconclusive, never a pass (DESIGN section 4)."""
    found = [
        _not_exercised(
            _first_row(profile), f"the {profile} profile is claimed, and no signature of the product was judged by it"
        )
        for profile in terms.profiles
        if not facts.profiles[profile]
    ]
    claimed = terms.claims.mac_algorithms if terms.claims is not None else ()
    found += [
        _not_exercised(_MAC_ALGORITHM, f"{algorithm} is claimed, and no signature of the product names it")
        for algorithm in claimed
        if not facts.mac_algorithms[algorithm]
    ]
    return found


def _first_row(profile: str) -> str:
    """The first demand of a profile stands for the claim of it."""
    return next(r.id for r in register().values() if r.profile == profile and r.strength is Strength.SHALL)


def _not_exercised(requirement: str, message: str) -> Result:
    row = register().get(requirement)
    return Result(
        requirement=requirement,
        clause=row.clause,
        case=f"{ROLE}/product",
        subject=Subject(),
        result=Outcome.INCONCLUSIVE,
        reason=CLAIM_NOT_EXERCISED,
        message=message,
        expected="an instance that shows it",
        found="none among the files of this run",
    )
