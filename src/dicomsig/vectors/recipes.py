"""A recipe names an unsigned instance and builds it, byte-identical on every machine."""

from collections.abc import Callable
from dataclasses import dataclass

from dicomsig.encoding import tags
from dicomsig.vectors.nodes import DataSet, Form, encode_instance, text_value

__all__ = ["NATIVE", "InstanceRecipe", "instance", "registered"]

NATIVE = Form()
"""Explicit VR Little Endian, defined lengths, preamble and File Meta Information."""

_REGISTRY: "dict[str, InstanceRecipe]" = {}


@dataclass(frozen=True, slots=True)
class InstanceRecipe:
    """One unsigned instance: what it holds and how it is encoded.

    Recipes with the same `data_set` and different `form` build twins: they share the SOP Instance UID.
    """

    name: str
    title: str
    form: Form
    make: Callable[[], DataSet]

    def data_set(self) -> DataSet:
        """The values, apart from their encoding."""
        return self.make()

    def build(self, form: Form | None = None) -> bytes:
        """The whole file, in the recipe's own form or in another.

        Raises ValueError for a form that cannot hold the data set, such as fragments in a native syntax.
        """
        return encode_instance(self.make(), self.form if form is None else form)

    @property
    def transfer_syntax_uid(self) -> str:
        """Transfer Syntax UID (0002,0010)."""
        return self.form.syntax.uid

    @property
    def sop_class_uid(self) -> str:
        """SOP Class UID (0008,0016)."""
        return text_value(self.make(), tags.SOP_CLASS_UID)

    @property
    def sop_instance_uid(self) -> str:
        """SOP Instance UID (0008,0018)."""
        return text_value(self.make(), tags.SOP_INSTANCE_UID)


Maker = Callable[[], DataSet]


def instance(name: str, form: Form = NATIVE, title: str = "") -> Callable[[Maker], Maker]:
    """A function that returns a data set becomes a recipe of this name; it may be decorated once for each form.

    The title is the first sentence of the docstring unless given. Raises ValueError when the name is taken.
    """

    def register(make: Maker) -> Maker:
        if name in _REGISTRY:
            raise ValueError(f"two instances are named {name!r}")
        first_sentence = (make.__doc__ or "").strip().partition(".\n")[0].partition(" (PS")[0].rstrip(".")
        _REGISTRY[name] = InstanceRecipe(name, title or first_sentence, form, make)
        return make

    return register


def registered() -> dict[str, InstanceRecipe]:
    """The recipes of all modules imported so far, by name."""
    return dict(sorted(_REGISTRY.items()))
