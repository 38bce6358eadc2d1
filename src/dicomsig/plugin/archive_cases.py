"""The cases of an archive as tests: the embedded one, or the one that was named (DESIGN section 1)."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.conformance.names import ConformanceInputError, quoted
from dicomsig.conformance.results import CaseOutcome
from dicomsig.impostors.archives.registry import IMPOSTOR, archive_named
from dicomsig.judging.archive.case import ArchiveRunTerms
from dicomsig.judging.archive.meddled import MeddledRuns
from dicomsig.judging.archive.more_probes import more_probes
from dicomsig.judging.archive.place import ArchivePlace
from dicomsig.judging.archive.probes import ProbeKey, probes
from dicomsig.judging.archive.tampering import EVERY_KIND_AT_REST
from dicomsig.systems.at_rest import AtRestError
from dicomsig.systems.dicomweb.client import WebAddress, WebAddressError
from dicomsig.systems.dimse.requesting import Peer
from dicomsig.systems.embedded_archive import HonestArchive
from dicomsig.systems.tampering import TamperKind
from dicomsig.vectors.pki import Credential, private_key

__all__ = ["archive_outcomes"]

_HERE = ("127.0.0.1", "localhost", "::1")
_HERE_TOO = "here"
"""The store of an archive in this process."""
_ALL = "all"


def archive_outcomes(config: pytest.Config, problems: list[str], internal: list[str]) -> Iterator[CaseOutcome]:
    """Every case of an archive, as the command ``dicomsig archive`` judges it, by C-GET."""
    place = _place(config)
    claims = Claims.load(Path(config.getoption("--claims"))) if config.getoption("--claims") else place.own_claims
    label = config.getoption("--edition")
    chosen = edition(label or DEFAULT) if label or claims is None else claims.edition
    terms = ArchiveRunTerms.of(chosen, claims)
    signer = ProbeKey(private_key(Credential.RSA_2048), Credential.RSA_2048.certificate_der)
    judged = False
    with ExitStack() as stack:
        problem = place.start(stack)
        if problem is not None:
            problems.append(f"the archive was not judged: {problem}")
            return
        made = list(probes(signer))
        trial = place.trial(made, terms, stack, more_probes(signer, made))
        kinds = EVERY_KIND_AT_REST if config.getoption("--at-rest") else ()
        runs = MeddledRuns(trial, trial.close, place, signer, terms, _tampering(config), kinds)
        for _, journey in runs.outcomes():
            judged = judged or journey.came_back
            internal += journey.internal_errors
            yield journey.outcome
    if not judged:
        problems.append("the archive was not judged: no instance came back that could be judged")


def _tampering(config: pytest.Config) -> tuple[TamperKind, ...]:
    named = config.getoption("--tamper")
    for name in named:
        if name not in (*TamperKind, _ALL):
            raise ConformanceInputError(f"--tamper {quoted(name)} is none of {', '.join((*TamperKind, _ALL))}")
    return tuple(TamperKind) if _ALL in named else tuple(map(TamperKind, named))


def _place(config: pytest.Config) -> ArchivePlace:
    place, url = _named_place(config), config.getoption("--at-rest")
    if url is None or (url == _HERE_TOO and place.embedded):
        return place
    if place.embedded or url == _HERE_TOO:
        raise ConformanceInputError("--at-rest here is for an archive of dicomsig, and --at-rest URL for an Orthanc")
    try:
        place.rest = WebAddress.read(url)
        place.reach_rest()
    except (WebAddressError, AtRestError) as error:
        raise ConformanceInputError(f"--at-rest {quoted(url)}: {error}") from None
    return place


def _named_place(config: pytest.Config) -> ArchivePlace:
    named = config.getoption("--archive")
    if named is None:
        return ArchivePlace(archive=HonestArchive)
    if named.startswith(IMPOSTOR):
        return ArchivePlace(archive=archive_named(named))
    host, _, port = named.rpartition(":")
    if host not in _HERE or not port.isdecimal():
        raise ConformanceInputError(
            f"--archive {quoted(named)} is no port of this machine, such as 127.0.0.1:11112; for another machine use "
            "`dicomsig archive`, which takes your own key"
        )
    return ArchivePlace(peer=Peer(host, int(port), config.getoption("--aet")))
