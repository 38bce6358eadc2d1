"""A recipe of a wrong signer: a twin that is right, one change, and the one row of the register that it breaks."""

from collections.abc import Callable
from dataclasses import dataclass

from dicomsig.encoding.tags import Tag
from dicomsig.vectors.forge import Forgery, forge

__all__ = ["WrongSigner", "add", "registered", "wrong"]

Twin = Callable[[], Forgery]
Change = Callable[[Forgery], Forgery]

_REGISTRY: "dict[str, WrongSigner]" = {}


@dataclass(frozen=True, slots=True)
class WrongSigner:
    """A signed instance that breaks one requirement, beside a twin that meets it.

    ``edition`` is the edition of the standard by which both are judged; empty for the default one. ``warned`` marks
    what is no certain breach: the row warns and does not convict. ``approver_sees`` is what the claims have to declare
    for the breach to show (PS3.15 C.3).
    """

    name: str
    title: str
    requirement: str
    twin: Twin
    change: Change
    edition: str = ""
    warned: bool = False
    approver_sees: tuple[Tag, ...] = ()

    def build(self) -> bytes:
        """The wrong instance, as a file."""
        return forge(self.change(self.twin()))

    def build_twin(self) -> bytes:
        """The right instance, as a file."""
        return forge(self.twin())


def wrong(
    requirement: str, twin: Twin, *, edition: str = "", warned: bool = False, approver_sees: tuple[Tag, ...] = ()
) -> Callable[[Change], Change]:
    """A function that changes a twin becomes a recipe; its name names it, its docstring says what is wrong."""

    def register(change: Change) -> Change:
        title = (change.__doc__ or "").strip().partition("\n\n")[0].rstrip(".")
        name = change.__name__.replace("_", "-")
        add(WrongSigner(name, title, requirement, twin, change, edition, warned, approver_sees))
        return change

    return register


def add(recipe: WrongSigner) -> None:
    """A recipe joins the others; raises ValueError when its name is taken."""
    if recipe.name in _REGISTRY:
        raise ValueError(f"two wrong signers are named {recipe.name!r}")
    _REGISTRY[recipe.name] = recipe


def registered() -> dict[str, WrongSigner]:
    """The recipes of all modules imported so far, by name."""
    return dict(sorted(_REGISTRY.items()))
