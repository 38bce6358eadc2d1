"""Impostors that look for signatures and their MAC parameters in the wrong place (PS3.3 C.12.1.1.3)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, find
from dicomsig.encoding.instance import Instance
from dicomsig.impostors.honest import HonestVerifier
from dicomsig.signatures.macro import MacParameters, Signature, data_sets, mac_parameters, signatures

_OTHERS = "ps3.3-c.12.1.1.3.1.2-other-signatures-not-hashed"
_NESTED = "ps3.3-c.12.1.1.3.1.1-nested-signatures-skipped"
_LOOKUP = "ps3.3-c.12.1.1.3-mac-id-local-lookup"


class SeesTheFirstSignatureOnly(HonestVerifier):
    """Verifies the first signature of an instance and does not look further."""

    convicted_by = _OTHERS

    def found(self, instance: Instance) -> Iterable[Signature]:
        """The first."""
        return tuple(signatures(instance))[:1]


class SeesTheLastSignatureOnly(HonestVerifier):
    """Verifies the last signature of an instance alone."""

    convicted_by = _OTHERS

    def found(self, instance: Instance) -> Iterable[Signature]:
        """The last."""
        return tuple(signatures(instance))[-1:]


class SeesOneSignatureOfAPlace(HonestVerifier):
    """Verifies the first signature of each data set."""

    convicted_by = _OTHERS

    def found(self, instance: Instance) -> Iterable[Signature]:
        """The first items."""
        return (signature for signature in signatures(instance) if signature.number == 0)


class IgnoresItems(HonestVerifier):
    """Verifies the signatures of the main data set and none in items."""

    convicted_by = _NESTED

    def found(self, instance: Instance) -> Iterable[Signature]:
        """Those of the main data set."""
        return (signature for signature in signatures(instance) if signature.place == tags.MAIN_PLACE)


class LooksOneLevelDeep(HonestVerifier):
    """Verifies the signatures of items of the main data set's sequences, and none further down."""

    convicted_by = "ps3.15-c.1-verifies-sha256"

    def found(self, instance: Instance) -> Iterable[Signature]:
        """Those of at most one step."""
        return (signature for signature in signatures(instance) if signature.place.count("/") <= 2)


class LooksIntoFirstItemsOnly(HonestVerifier):
    """Verifies the signatures of the first item of each sequence."""

    convicted_by = _LOOKUP

    def found(self, instance: Instance) -> Iterable[Signature]:
        """Those whose steps all have index 0."""
        return (s for s in signatures(instance) if s.place.count("[") == s.place.count("[0]"))


class IgnoresTheMainDataSet(HonestVerifier):
    """Verifies the signatures in items alone."""

    convicted_by = "ps3.15-c.1-verifies-sha256"

    def found(self, instance: Instance) -> Iterable[Signature]:
        """Those of items."""
        return (signature for signature in signatures(instance) if signature.place != tags.MAIN_PLACE)


class StopsAtPixelData(HonestVerifier):
    """Reads an image up to its pixels and never sees a signature behind them."""

    convicted_by = "ps3.3-c.12.1.1.3-elements-follow-pixel-data"

    def found(self, instance: Instance) -> Iterable[Signature]:
        """None of a data set with pixels."""
        return (s for s in signatures(instance) if find(s.data_set, tags.PIXEL_DATA) is None)


class TakesHistoryForLive(HonestVerifier):
    """Verifies what Original Attributes Sequence keeps as if it were a signature of today."""

    convicted_by = "ps3.3-c.12.1-original-attributes-signature-is-history"

    def found(self, instance: Instance) -> Iterable[Signature]:
        """Those that are live, and those that are history."""
        yield from signatures(instance)
        for place, elements in data_sets(instance.elements):
            history = find(elements, tags.ORIGINAL_ATTRIBUTES)
            for index, item in enumerate((history.items or ()) if history is not None else ()):
                step = place + tags.format_step(tags.ORIGINAL_ATTRIBUTES, index)
                for inner_place, inner in data_sets(item.elements, step):
                    yield from _signatures_of(instance, inner_place, inner)


class _OwnLookup(HonestVerifier):
    """Chooses the MAC parameters of a signature otherwise."""

    def found(self, instance: Instance) -> Iterable[Signature]:
        """The signatures with the parameters that it takes for theirs."""
        for signature in signatures(instance):
            yield replace(signature, parameters=tuple(self.parameters(instance, signature)))

    def parameters(self, instance: Instance, signature: Signature) -> Iterable[MacParameters]:
        """What it takes for the parameters of a signature."""
        return signature.parameters


class FindsMacParametersAnywhere(_OwnLookup):
    """Takes the first MAC Parameters item of the whole instance that bears the number."""

    convicted_by = _LOOKUP

    def parameters(self, instance: Instance, signature: Signature) -> Iterable[MacParameters]:
        """The first of the instance."""
        return [each for each in _all_parameters(instance) if each.mac_id == signature.mac_id][:1]


class FindsTheLastMacParametersAnywhere(_OwnLookup):
    """Takes the last MAC Parameters item of the whole instance that bears the number."""

    convicted_by = _LOOKUP

    def parameters(self, instance: Instance, signature: Signature) -> Iterable[MacParameters]:
        """The last of the instance."""
        return [each for each in _all_parameters(instance) if each.mac_id == signature.mac_id][-1:]


class FindsMacParametersInTheMainDataSet(_OwnLookup):
    """Takes the MAC parameters of the main data set for signatures in items as well."""

    convicted_by = _LOOKUP

    def parameters(self, instance: Instance, signature: Signature) -> Iterable[MacParameters]:
        """Those of the main data set."""
        return [each for each in mac_parameters(instance, instance.elements) if each.mac_id == signature.mac_id]


class TakesTheFirstMacParameters(_OwnLookup):
    """Takes the first MAC Parameters item of the data set, whatever its number."""

    convicted_by = "ps3.3-c.12.1.1.3-mac-id-resolves"

    def parameters(self, instance: Instance, signature: Signature) -> Iterable[MacParameters]:
        """The first item."""
        return tuple(mac_parameters(instance, signature.data_set))[:1]


class TakesMacParametersByPosition(_OwnLookup):
    """Takes for the second signature the second MAC Parameters item, whatever the numbers."""

    convicted_by = "ps3.3-c.12.1.1.3-mac-id-resolves"

    def parameters(self, instance: Instance, signature: Signature) -> Iterable[MacParameters]:
        """The item of the same position."""
        items = tuple(mac_parameters(instance, signature.data_set))
        return items[signature.number : signature.number + 1]


class TakesTheFirstOfTwoMacParameters(_OwnLookup):
    """Takes the first of two MAC Parameters items that bear one number."""

    convicted_by = "ps3.3-c.12.1.1.3-mac-id-duplicate-lookup"

    def parameters(self, instance: Instance, signature: Signature) -> Iterable[MacParameters]:
        """The first match."""
        return signature.parameters[:1]


class TakesTheLastOfTwoMacParameters(_OwnLookup):
    """Takes the last of two MAC Parameters items that bear one number."""

    convicted_by = "ps3.3-c.12.1.1.3-mac-id-duplicate-lookup"

    def parameters(self, instance: Instance, signature: Signature) -> Iterable[MacParameters]:
        """The last match."""
        return signature.parameters[-1:]


def _all_parameters(instance: Instance) -> Iterator[MacParameters]:
    for _, elements in data_sets(instance.elements):
        yield from mac_parameters(instance, elements)


def _signatures_of(instance: Instance, place: str, elements: tuple[Element, ...]) -> Iterator[Signature]:
    """The signatures of one data set, as if it were an instance of its own."""
    for signature in signatures(replace(instance, elements=elements)):
        yield replace(signature, place=place + signature.place.removeprefix(tags.MAIN_PLACE))
