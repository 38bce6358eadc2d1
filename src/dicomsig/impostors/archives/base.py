"""What archive impostors have in common: a name, a claim, the row that convicts them, and edits of whole files."""

from collections.abc import Callable, Iterable
from typing import ClassVar, Final

from dicomsig.conformance.claims import Claims, Product
from dicomsig.conformance.editions import edition
from dicomsig.encoding import tags
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import instance_of
from dicomsig.encoding.syntaxes import TransferSyntax
from dicomsig.impostors.classes import name_of
from dicomsig.systems.embedded_archive import HonestArchive, Way
from dicomsig.vectors.edits import Edit, edited
from dicomsig.vectors.nodes import DataSet, Form, Leaf, Node, Sequence, encode_instance
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.reading import nodes_of

__all__ = ["BIT_PRESERVING", "MACRO", "REPLACING", "ClaimingArchive", "changed", "each_leaf", "everywhere", "recoded"]

MACRO: Final = (tags.DIGITAL_SIGNATURES, tags.MAC_PARAMETERS)

_ALTERING: Final = {"in-flight": ("--tamper", "all"), "at-rest": ("--at-rest", "here")}
BIT_PRESERVING: Final = ("bit-preserving",)
REPLACING: Final = ("basic-signatures",)


class ClaimingArchive(HonestArchive):
    """Keeps every byte and claims what its class says. An impostor overrides one step.

    ``convicted_by`` is the requirement that it breaks, empty where it breaks none; ``fault`` the network fault that
    ends its judging, where one does; ``observed`` the code of what is noted where no requirement speaks of it, of
    storage commitment where it is asked for, say. ``shown_by`` names the probe that shows it: a fixture, or
    ``spellings``. ``name`` follows from the name of the class: ``TrimsPadding`` is ``trims-padding``.
    """

    convicted_by: ClassVar[str] = ""
    fault: ClassVar[str] = ""
    observed: ClassVar[str] = ""
    shown_by: ClassVar[str] = "spellings"
    shown_over: ClassVar[Way] = Way.GET
    """The way of retrieval that shows it; over the web, storing is by STOW-RS."""
    shown_in: ClassVar[str] = ""
    """The transfer syntax of asking that shows it, where it is another than that of storing."""
    shown_when: ClassVar[str] = ""
    """Where somebody has to alter instances to show it: ``in-flight`` or ``at-rest``; empty where nobody has to."""
    profiles: ClassVar[tuple[str, ...]] = BIT_PRESERVING
    storage_level: ClassVar[int | None] = 2
    signature_level: ClassVar[int | None] = 3
    signers: ClassVar[tuple[Credential, ...]] = ()
    announces_only: ClassVar[bool] = False
    """The levels are announced on the wire and not claimed."""

    def __init_subclass__(cls) -> None:
        cls.name = name_of(cls)

    @classmethod
    def shown(cls) -> str:
        """What shows that it is wrong: a requirement, a fault or what is noted; empty for an honest one."""
        return cls.convicted_by or cls.fault or cls.observed

    @classmethod
    def options(cls) -> str:
        """The options of ``dicomsig archive`` that show it; empty where the default ones do."""
        words = [] if cls.shown_over is Way.GET else ["--retrieve", str(cls.shown_over)]
        words += _ALTERING.get(cls.shown_when, ())
        return " ".join([*words, *(["--commitment"] if "commitment" in cls.observed else [])])

    @classmethod
    def does(cls) -> str:
        """What it does, in a sentence."""
        return (cls.__doc__ or "").partition("\n")[0]

    @classmethod
    def claims(cls) -> Claims:
        """What it claims."""
        return Claims(
            product=Product("dicomsig", f"impostor:{cls.name}" if cls.shown() else cls.name),
            edition=edition(),
            profiles=cls.profiles,
            storage_level=None if cls.announces_only else cls.storage_level,
            signature_level=None if cls.announces_only else cls.signature_level,
            signer_certificates=tuple(each.certificate_path for each in cls.signers),
        )

    def level_answer(self, sop_class: str, offered: bytes) -> bytes | None:
        """What it claims, without coercion."""
        if self.storage_level is None:
            return None
        return bytes((self.storage_level, 0, self.signature_level or 0, 0, 0, 0))


def changed(data: bytes, *edits: Edit) -> bytes:
    """The file with edits made to its data set, in its transfer syntax; as it is where it cannot be read so."""
    return recoded(data, lambda content: edited(content, edits))


def recoded(data: bytes, change: Edit, syntax: TransferSyntax | None = None) -> bytes:
    """The file with another data set, in its own transfer syntax or in another one."""
    try:
        instance = instance_of(data)
        content = change(nodes_of(instance))
        return encode_instance(content, Form(syntax=syntax or instance.syntax))
    except (MalformedError, ValueError):
        return data


def everywhere(change: Callable[[Node], Iterable[Node]]) -> Edit:
    """An edit of every node at every depth, the macro aside: it becomes none, one or several."""

    def edit(content: DataSet) -> DataSet:
        found: list[Node] = []
        for node in content:
            if node.tag in MACRO:
                found.append(node)
            elif isinstance(node, Sequence):
                found += change(Sequence(node.tag, tuple(edit(item) for item in node.items)))
            else:
                found += change(node)
        return tuple(found)

    return edit


def each_leaf(change: Callable[[Leaf], Leaf]) -> Edit:
    """An edit of every element that has a value of its own."""
    return everywhere(lambda node: (change(node),) if isinstance(node, Leaf) else (node,))
