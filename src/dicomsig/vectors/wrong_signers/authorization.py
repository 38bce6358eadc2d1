"""Authorization signatures that leave out one element that PS3.15 C.3 wants covered, one recipe a row."""

from dataclasses import replace
from functools import partial
from typing import Final

from dicomsig.conformance.profile_lists import list_items
from dicomsig.vectors.edits import put
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.seals import Probabilistic
from dicomsig.vectors.values import element, leaf, tag_of
from dicomsig.vectors.wrong_signers.creator import MODULES, NAMED, of_module, without_element, without_tag
from dicomsig.vectors.wrong_signers.recipe import WrongSigner, add, wrong
from dicomsig.vectors.wrong_signers.twins import ct, overlays

_AUTHORIZATION: Final = "ps3.15-c.3-"
_ROWS: Final = frozenset(item.requirement for item in list_items("authorization"))
_WINDOW: Final = tag_of("WindowCenter"), tag_of("WindowWidth")

for _row, _keyword in NAMED.items():
    if _AUTHORIZATION + _row in _ROWS:
        add(
            WrongSigner(
                f"authorization-without-{_row}",
                f"The approver's signature does not cover {_keyword}",
                _AUTHORIZATION + _row,
                ct,
                partial(without_element, keyword=_keyword),
            )
        )

for _row, (_uid, _keyword) in MODULES.items():
    if f"{_AUTHORIZATION}module-{_row}" in _ROWS:
        add(
            WrongSigner(
                f"authorization-without-module-{_row}",
                f"The approver's signature does not cover {_keyword}",
                f"{_AUTHORIZATION}module-{_row}",
                partial(of_module, _uid, _keyword),
                partial(without_element, keyword=_keyword),
            )
        )


@wrong(_AUTHORIZATION + "module-overlay-plane", overlays)
def authorization_without_second_overlay(twin: Forgery) -> Forgery:
    """Overlay Data is covered in group 6000 and not in 6002."""
    return without_tag(twin, 0x60023000)


@wrong(
    _AUTHORIZATION + "module-curve", lambda: ct().on(put(leaf(0x50000005, "US", 2), leaf(0x50003000, "OW", bytes(4))))
)
def authorization_without_curve(twin: Forgery) -> Forgery:
    """Curve Data in group 5000 is not covered."""
    return without_tag(twin, 0x50003000)


@wrong(_AUTHORIZATION + "mac-algorithm", ct)
def authorization_with_unknown_mac_algorithm(twin: Forgery) -> Forgery:
    """MAC Algorithm (0400,0015) is none of the six that the profile names."""
    return replace(twin, parameters=(put(element("MACAlgorithm", "SHA3-256")),))


@wrong(_AUTHORIZATION + "base-methodology", ct)
def authorization_with_probabilistic_padding(twin: Forgery) -> Forgery:
    """An approver's signature is padded by PSS, which the base profile does not know."""
    return replace(twin, seal=Probabilistic())


def _windowed() -> Forgery:
    return ct().on(put(element("WindowCenter", "40"), element("WindowWidth", "400")))


@wrong(_AUTHORIZATION + "verifiable-elements", _windowed, approver_sees=_WINDOW)
def authorization_without_the_window_that_was_seen(twin: Forgery) -> Forgery:
    """Window Width (0028,1051) is not covered, though the claims say that the approving person sees it."""
    return without_element(twin, "WindowWidth")
