"""One run of ``archive``: from the options to the peer, what it gave back and the report."""

import ipaddress
import shlex
from contextlib import ExitStack
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final

import click

from dicomsig.cli.archive_advice import Obstacles, why_not_reached
from dicomsig.cli.archive_left import left_behind_lines, left_behind_rows
from dicomsig.cli.archive_peer import HERE, PeerOptions, place_of
from dicomsig.cli.judging import JudgingRun, claims_in, edition_of
from dicomsig.cli.judging_options import JudgingOptions
from dicomsig.cli.options import certificates_in, private_key_in, shown
from dicomsig.cli.output import InputError, note
from dicomsig.cli.progress import Progress
from dicomsig.conformance.claims import Product
from dicomsig.conformance.names import ConformanceInputError, quoted
from dicomsig.conformance.reason_table import reason_table
from dicomsig.conformance.register import register
from dicomsig.conformance.results import CaseOutcome
from dicomsig.crypto.certificates import CertificateError
from dicomsig.impostors.archives.registry import IMPOSTOR
from dicomsig.judging.archive.case import ROLE, ArchiveRunTerms
from dicomsig.judging.archive.meddled import MeddledRuns
from dicomsig.judging.archive.more_probes import more_probes
from dicomsig.judging.archive.parts import ArchiveParts
from dicomsig.judging.archive.place import ArchivePlace
from dicomsig.judging.archive.probes import Probe, ProbeKey, probes
from dicomsig.judging.archive.tampering import EVERY_KIND_AT_REST
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.folder import ReportFolder
from dicomsig.reporting.start import start_run
from dicomsig.signatures.signing_request import SigningError
from dicomsig.systems.at_rest import AtRestError
from dicomsig.systems.tampering import TamperKind
from dicomsig.vectors.pki import Credential, private_key

__all__ = ["ArchiveOptions", "run_of"]

_NOT_AGAIN: Final = ("address", "only", "deviations_file", "report", "as_json", "today")
"""Options that the command which judges again does not need; it names the requirement that it is about itself."""
_WORDS: Final = {"edition_label": "edition", "claims_file": "claims"}
_IN_REPORTS: Final = ("retrieve", "timeout", "edition_label", "tamper")
_STANDS_FOR: Final = {
    "calling": "AET",
    "move_aet": "AET",
    "move_port": "PORT",
    "dicomweb": "URL",
    "at_rest": "URL",
    "folder": "DIR",
}
"""What a report, which names no machine and no path, shows instead of values; else the option in capitals."""


@dataclass(frozen=True, kw_only=True)
class ArchiveOptions(JudgingOptions, PeerOptions):
    """The options as they were given."""

    key: Path | None = None
    certificate: Path | None = None
    use_test_pki: bool = False
    exhaustive: bool = False
    intrusive: bool = False
    tamper: tuple[str, ...] = ()


def run_of(options: ArchiveOptions) -> "ArchiveRun":
    """The run that the options ask for; raises click errors for what nobody can do."""
    peer = place_of(options)
    claims = claims_in(options.claims_file)
    if claims is None:
        claims = peer.own_claims
    try:
        terms = ArchiveRunTerms.of(edition_of(options.edition_label, claims), claims, frozenset(options.only))
        for requirement in options.only:
            if why := terms.why_not_judged(register().get(requirement)):
                raise click.UsageError(f"--only {requirement}: {why}")
    except ConformanceInputError as error:
        raise click.UsageError(str(error)) from None
    except CertificateError as error:
        raise InputError(f"--claims {shown(options.claims_file or '')}: {error}") from None
    return ArchiveRun(
        options=options,
        peer=peer,
        terms=terms,
        signer=_signer(options, peer),
        tamper=tuple(TamperKind) if "all" in options.tamper else tuple(map(TamperKind, options.tamper)),
        rerun=_rerun(options, private=True),
        rerun_here=_rerun(options, private=False),
    )


@dataclass
class ArchiveRun(JudgingRun):
    """A run through an archive."""

    options: ArchiveOptions
    peer: ArchivePlace
    terms: ArchiveRunTerms
    signer: ProbeKey
    tamper: tuple[TamperKind, ...] = ()
    _problem: str = ""
    _advice: str = ""
    _left: list[Probe] = field(default_factory=list)
    _set_down: bool = False
    _parts: ArchiveParts | None = None
    _runs: MeddledRuns | None = None

    def run(self) -> int:
        """Store, retrieve, judge, write what was asked for, and say what it came to."""
        try:  # first: a URL that was misspelt must not cost a run, nor an earlier report
            self.peer.reach_rest()
        except AtRestError as error:
            raise InputError(f"--at-rest {quoted(self.options.at_rest or '')}: {error}") from None
        claims = self.terms.archive.claims
        start = start_run(
            ROLE,
            self.terms.archive.edition,
            claims=claims,
            profiles=claims.profiles if claims is not None else (),
            product=claims.product if claims is not None else Product(),
            rerun=self.rerun,
            only=[f"--only {name}" for name in sorted(self.terms.archive.only)],
        )
        try:
            return self.carry_out(start)
        finally:
            self._say_left_behind()

    def say_first(self) -> None:
        """What was left behind, above what it came to; why the peer could not be exercised, and what to check."""
        self._say_left_behind()
        for line in self._runs.lines() if self._runs is not None else ():
            note(line)
        if self._left_out:
            note(f"not judged: {self._left_out}")
        if self._problem:
            note(f"not judged: {self._problem}")
        if self._advice:
            note(f"check     {self._advice}")

    def set_down(self, folder: ReportFolder) -> None:
        """Each instance that was left behind."""
        if self._left and not self.peer.embedded:
            folder.left_behind(left_behind_rows(self._left))
            self._set_down = True

    def judged(self, collector: Collector) -> ResultDocument:
        """Store everything, then judge each instance as it comes back."""
        with ExitStack() as stack:
            try:
                error = self.peer.start(stack)
                if error is not None:
                    self._problem, self._advice = error.message, why_not_reached(error, self.peer)
                    return self._document(collector, judged=0)
                self._runs = self._everything(stack)
            except KeyboardInterrupt:
                return self._document(collector, judged=0, interrupted=True)
            return self._through(self._runs, collector)

    def _everything(self, stack: ExitStack) -> MeddledRuns:
        """The runs that were asked for; nothing has been stored yet."""
        try:
            made = list(probes(self.signer))
            more = more_probes(self.signer, made, intrusive=self.options.intrusive)
        except SigningError as error:
            raise InputError(f"--key: {error}") from None
        self.peer.every_syntax = self.options.exhaustive
        try:
            trial = self.peer.trial(made, self.terms, stack, more)
        except OSError as error:
            raise InputError(f"--move-port {self.peer.move_port}: {error.strerror}") from None
        if self.options.exhaustive:
            self._parts = ArchiveParts(trial, self.peer, self.signer, self.terms)
            note(f"{self._parts.says}; Ctrl-C keeps what was judged")
        return MeddledRuns(
            *(self._parts or trial, trial.close, self.peer, self.signer, self.terms),
            in_flight=self.tamper,
            at_rest=EVERY_KIND_AT_REST if self.options.at_rest is not None else (),
        )

    def _through(self, trial: MeddledRuns, collector: Collector) -> ResultDocument:
        self._left = trial.left_behind
        interrupted = False
        obstacles = Obstacles()
        only = self.terms.archive.only
        shown_of_it = not only
        number = judged = 0
        expected = self._parts.asked if self._parts is not None else 0
        with Progress("judged", beside_output=True, expected=expected, what="requests") as progress:
            try:
                for probe, journey in trial.outcomes():
                    number += probe is not None
                    collector.case(journey.outcome if probe is None else journey.numbered(number))
                    obstacles.take(journey.outcome)
                    shown_of_it = shown_of_it or _shows(journey.outcome, only)
                    for error in journey.internal_errors:
                        self.internal(error, collector)
                    if probe is None:
                        continue
                    met = () if journey.preserved is None else ("bit-preserving",)
                    collector.file(
                        number,
                        "signed",
                        f"{probe.name} {probe.outgoing.sop_instance} {shown(journey.lies or '')}".rstrip(),
                        mac_algorithms=[probe.algorithm] * journey.signatures,
                        profiles_met=met if journey.preserved else (),
                        profiles_not_met=() if journey.preserved else met,
                    )
                    judged += journey.came_back
                    progress.step()
            except KeyboardInterrupt:
                interrupted = True
                trial.close(hurried=True)
        if not judged and not interrupted:
            most = f": {obstacles.most}" if obstacles.most else ""
            self._problem = f"no instance came back that could be judged{most}"
            self._advice = obstacles.advice(self.peer)
        elif not shown_of_it and not interrupted:
            judged = 0
            self._problem = "nothing in this run shows what --only names"
            self._advice = f"what it takes: dicomsig requirements {' '.join(sorted(only))}"
        return self._document(collector, judged=judged, interrupted=interrupted)

    def _document(self, collector: Collector, *, judged: int, interrupted: bool = False) -> ResultDocument:
        return collector.document(
            interrupted=interrupted,
            nothing_to_judge=not judged,
            coverage_note=f"The archive was not judged: {self._problem}." if self._problem else self._left_out,
            known_reasons=reason_table(),
        )

    @property
    def _left_out(self) -> str:
        """What of a complete run was left out."""
        if self._parts is None or not self._parts.unasked:
            return ""
        return f"{self._parts.unasked} of {self._parts.stored} instances were not stored: nothing came back any more."

    def _say_left_behind(self) -> None:
        """What the peer has now, said once; nothing of an archive in this process outlives it."""
        left, self._left = self._left, []
        if left and not self.peer.embedded:
            for line in left_behind_lines(left, self.options.report if self._set_down else None):
                note(line)


def _shows(outcome: CaseOutcome, only: frozenset[str]) -> bool:
    """A case says something of the requirements that were asked for: what nothing was judged by is no pass."""
    return bool(outcome.passed or outcome.results) or any(each.requirement in only for each in outcome.observations)


def _signer(options: ArchiveOptions, peer: ArchivePlace) -> ProbeKey:
    """Who signs: a key of the site; the published test key only where nobody else can be misled."""
    if (options.key is None) != (options.certificate is None):
        raise click.UsageError("--key and --certificate belong together")
    if options.key is not None and options.certificate is not None:
        key = private_key_in("--key", options.key)
        return ProbeKey(key, certificates_in("--certificate", options.certificate)[0].der)
    if not options.use_test_pki and not _is_here(peer.host):
        raise click.UsageError(
            "the archive is on another machine: give --key and --certificate (`dicomsig pki new DIR` makes a pair), or "
            "allow the published test key by --use-test-pki"
        )
    return ProbeKey(private_key(Credential.RSA_2048), Credential.RSA_2048.certificate_der)


def _is_here(host: str) -> bool:
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _rerun(options: ArchiveOptions, *, private: bool) -> str:
    """The command that judges again; that of a report names no machine and no path."""
    words = ["dicomsig", "archive"]
    if options.address is not None:
        words.append("PEER" if private and not options.address.startswith(IMPOSTOR) else options.address)
    for option in fields(options):
        word, given = _WORDS.get(option.name, option.name.replace("_", "-")), getattr(options, option.name)
        if option.name in _NOT_AGAIN or given in (option.default, None):
            continue
        for value in given if isinstance(given, tuple) else (given,):
            words.append(f"--{word}")
            if value not in (True, HERE) and private and option.name not in _IN_REPORTS:
                words.append(_STANDS_FOR.get(option.name, word.upper()))
            elif value is not True:
                words.append(shown(value) if isinstance(value, Path) else str(value))
    return " ".join(words if private else map(shlex.quote, words))
