"""One run of ``listen``: what arrives is judged as ``check`` judges files, a line each, with the report at the end."""

import queue
import signal
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final, Never

from dicomsig.cli.checking import count_file, only_words, rerun_of, terms_of
from dicomsig.cli.judging import JudgingRun
from dicomsig.cli.judging_options import CheckOptions
from dicomsig.cli.listening_requests import SendersRequests
from dicomsig.cli.options import shown
from dicomsig.cli.output import InputError, note, say
from dicomsig.cli.tls import listening_side
from dicomsig.conformance.names import printable
from dicomsig.conformance.reason_table import reason_table
from dicomsig.conformance.results import Outcome
from dicomsig.encoding.naming import listed
from dicomsig.judging.signer import ROLE, FileJudgement, judge_file
from dicomsig.judging.signer_run import RunFacts, judge_run
from dicomsig.judging.terms import Terms
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.start import start_run
from dicomsig.systems.arrivals import Arrival, Arrivals, Titles, WebArrivals
from dicomsig.systems.dicomweb.server import WebServer
from dicomsig.systems.dimse.accepting import Listener
from dicomsig.systems.dimse.limits import DEFAULT_NETWORK_LIMITS
from dicomsig.systems.dimse.received import Vault

__all__ = ["ListenOptions", "ListenRun", "run_of"]

_NAP: Final = 0.2
_FAREWELL: Final = 2.0
"""Seconds in which whoever is connected may hear that the last instance was taken."""
_MOST_NAMED: Final = 3
_MIB: Final = 1 << 20


@dataclass(frozen=True, kw_only=True)
class ListenOptions(CheckOptions):
    """The options as they were given."""

    port: int = 0
    web_port: int | None = None
    host: str = "127.0.0.1"
    aet: tuple[str, ...] = ()
    calling: tuple[str, ...] = ()
    into: Path = Path("dicomsig-received")
    most_mib: int = 4096
    count: int | None = None
    tls_ca: Path | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None


def run_of(options: ListenOptions) -> "ListenRun":
    """The run that the options ask for; raises click errors."""
    return ListenRun(
        options=options,
        terms=terms_of(options),
        tls=listening_side(options.tls_ca, options.tls_certificate, options.tls_key),
        rerun=rerun_of(options, private=True),
        rerun_here=rerun_of(options, private=False),
    )


@dataclass
class ListenRun(JudgingRun):
    """A run over what arrives."""

    options: ListenOptions
    terms: Terms
    tls: ssl.SSLContext | None = None
    _paths: dict[int, str] = field(default_factory=dict)

    def run(self) -> int:
        """Listen, judge, write what was asked for, and say what it came to."""
        terms = self.terms
        start = start_run(
            ROLE,
            terms.edition,
            claims=terms.claims,
            profiles=terms.due_profiles,
            rerun=self.rerun,
            only=only_words(terms),
        )
        return self.carry_out(start)

    def path_of(self, number: int) -> str:
        """The path behind a file number."""
        return self._paths.get(number, "")

    def judged(self, collector: Collector) -> ResultDocument:
        """Judge what arrives, then what it shows together."""
        facts = RunFacts()
        with ExitStack() as stack, _ended_by_signals():
            arrivals, listener = self._listening(stack)
            senders = SendersRequests(arrivals, self.terms)
            with suppress(KeyboardInterrupt):
                for number, arrival in enumerate(self._arriving(arrivals, senders), start=1):
                    self._take(number, arrival, collector, facts)
                listener.drain(_FAREWELL)
                if self.options.web_port is not None:
                    time.sleep(_NAP)  # the answer to the last POST is on its way
        outcome, errors = judge_run(self.terms, facts)
        if facts.judged:
            collector.case(outcome)
        for error in errors:
            self.internal(error, collector)
        self._say_news(senders, last=True)
        requests = senders.case()
        if requests is not None:
            collector.case(requests)
        judged = facts.judged or bool(requests is not None and requests.results)
        return collector.document(nothing_to_judge=not judged, known_reasons=reason_table())

    def _listening(self, stack: ExitStack) -> tuple[Arrivals, Listener]:
        options = self.options
        try:
            options.into.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"--into {shown(options.into)}: {error.strerror}") from None
        vault = Vault(most_bytes=options.most_mib * _MIB, folder=options.into)
        arrivals = Arrivals(vault, Titles(options.aet, options.calling))
        listener = Listener(
            *(arrivals, options.host, options.port, DEFAULT_NETWORK_LIMITS, self.tls),
            busy=arrivals.ends.refused,
            turned_away=arrivals.ends.turned_away,
        )
        try:
            stack.enter_context(listener)
            note(f"listening at {printable(options.host)}:{listener.port}, Ctrl-C ends it")
            if options.web_port is not None:
                web = WebServer(
                    WebArrivals(vault, arrivals),
                    options.host,
                    options.web_port,
                    tls=self.tls,
                    turned_away=arrivals.ends.turned_away,
                )
                note(f"STOW-RS at {stack.enter_context(web).url}")
        except OSError as error:
            raise InputError(f"--port: the port cannot be had: {error.strerror}") from None
        return arrivals, listener

    def _arriving(self, arrivals: Arrivals, senders: SendersRequests) -> Iterator[Arrival]:
        count = 0
        while self.options.count is None or count < self.options.count:
            self._say_news(senders)
            with suppress(queue.Empty):
                yield arrivals.waiting.get(timeout=_NAP)
                count += 1

    def _say_news(self, senders: SendersRequests, *, last: bool = False) -> None:
        for line in senders.news():
            (note if self.options.as_json else say)(line)
        for line in senders.ends(last=last):
            note(line)

    def _take(self, number: int, arrival: Arrival, collector: Collector, facts: RunFacts) -> None:
        judgement = judge_file(number, arrival.kept.path, self.terms)
        self._paths[number] = shown(arrival.kept.path)
        facts.take(judgement)
        count_file(number, judgement, self._paths[number], self.terms, collector)
        cases = [collector.case(case) for case in judgement.cases]
        failed = dict.fromkeys(
            result.requirement
            for case in cases
            for result in case.results
            if result.result is Outcome.FAIL and not result.deviation
        )
        (note if self.options.as_json else say)(_line(judgement, arrival, self._paths[number], list(failed)))
        for error in judgement.internal_errors:
            self.internal(error, collector)


def _line(judgement: FileJudgement, arrival: Arrival, path: str, failed: list[str]) -> str:
    """What one instance is, in a line: word, file, sender, signatures, what failed."""
    word = "FAIL" if failed else {"signed": "PASS", "unsigned": "NONE"}.get(judgement.state, "OPEN")
    signatures = ", ".join(f"{each.mac_algorithm or '?'} {each.integrity}" for each in judgement.signatures)
    parts = [f"{word:4}", path, f"from {''.join(map(printable, arrival.sender)) or '-'}"]
    parts.append("".join(map(printable, signatures)) or str(judgement.state))
    return "  ".join((*parts, *([listed(failed, most=_MOST_NAMED)] if failed else [])))


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM ends the listening as Ctrl-C does, so that the report is written."""

    def end(number: int, frame: FrameType | None) -> Never:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
