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
from dicomsig.judging.archive.more_probes import more_probes
from dicomsig.judging.archive.place import ArchivePlace
from dicomsig.judging.archive.probes import ProbeKey, probes
from dicomsig.systems.dimse.requesting import Peer
from dicomsig.systems.embedded_archive import HonestArchive
from dicomsig.vectors.pki import Credential, private_key

__all__ = ["archive_outcomes"]

_HERE = ("127.0.0.1", "localhost", "::1")


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
        for _, journey in trial.outcomes():
            judged = judged or journey.came_back
            internal += journey.internal_errors
            yield journey.outcome
    if not judged:
        problems.append("the archive was not judged: no instance came back that could be judged")


def _place(config: pytest.Config) -> ArchivePlace:
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
