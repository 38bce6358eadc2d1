"""The systems that dicomsig brings along, by name: the reference, dcmsign, impostors."""

from collections.abc import Callable, Iterator
from typing import Final

from dicomsig.conformance.names import UnknownName, did_you_mean, quoted
from dicomsig.systems.adapters import Adapter
from dicomsig.systems.limits import DEFAULT_PROCESS_LIMITS, ProcessLimits

__all__ = ["IMPOSTOR", "by_hand", "described_verifiers", "named_verifier", "verifier_names"]

IMPOSTOR: Final = "impostor:"
_BUILT_IN: Final = ("reference", "dcmsign")
_BY_HAND: Final = {
    "reference": "dicomsig verify {file} --trust {trust}",
    "dcmsign": "dcmsign -v --verify +rg +cf {trust} {file}",
}


def named_verifier(name: str, limits: ProcessLimits = DEFAULT_PROCESS_LIMITS) -> Callable[[], Adapter]:
    """What makes adapters of a system by its name; raises UnknownName with the nearest one."""
    if name == "reference":
        from dicomsig.systems.reference_adapter import ReferenceAdapter

        return ReferenceAdapter
    if name == "dcmsign":
        from dicomsig.systems.dcmsign_adapter import DcmsignAdapter

        return lambda: DcmsignAdapter(limits=limits)
    if name.startswith(IMPOSTOR):
        return _impostor(name, limits)
    raise _unknown(name, (*_BUILT_IN, IMPOSTOR + "NAME"))


def by_hand(name: str) -> str:
    """The command that a person types to see what a system says of a ``{file}``; empty where there is none."""
    return _BY_HAND.get(name, "")


def verifier_names() -> tuple[str, ...]:
    """Every name, impostors included."""
    from dicomsig.impostors.programs import program_impostors
    from dicomsig.impostors.verifiers import verifier_impostors

    return (*_BUILT_IN, *(IMPOSTOR + name for name in (*verifier_impostors(), *program_impostors())))


def described_verifiers() -> Iterator[tuple[str, str]]:
    """Each name with what that verifier is or does wrong."""
    from dicomsig.impostors.programs import program_impostors
    from dicomsig.impostors.verifiers import verifier_impostors

    yield "reference", "The verifier of dicomsig."
    yield "dcmsign", "DCMTK's dcmsign, where it is installed."
    for name, impostor in verifier_impostors().items():
        yield IMPOSTOR + name, " ".join((impostor.__doc__ or "").split())
    for name, program in program_impostors().items():
        yield IMPOSTOR + name, f"A program: it {program.does}."


def _impostor(name: str, limits: ProcessLimits) -> Callable[[], Adapter]:
    from dicomsig.impostors.programs import program_impostors
    from dicomsig.impostors.verifiers import verifier_impostors

    bare = name.removeprefix(IMPOSTOR)
    if bare in verifier_impostors():
        return verifier_impostors()[bare]
    if bare in program_impostors():
        from dicomsig.systems.process_adapter import ProcessAdapter

        command = program_impostors()[bare].command
        return lambda: ProcessAdapter(command, limits)
    raise _unknown(name, verifier_names())


def _unknown(name: str, known: tuple[str, ...]) -> UnknownName:
    hint = did_you_mean(name, known) if name != IMPOSTOR else ""
    return UnknownName(f"no verifier is named {quoted(name)}.{hint or ' dicomsig verifier --list names all.'}")
