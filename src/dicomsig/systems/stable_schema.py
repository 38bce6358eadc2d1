"""A JSON Schema made from structs reads the same whatever version of Python and msgspec made it."""

import inspect
from typing import Any

import msgspec

__all__ = ["stable_text"]


def stable_text(schema: dict[str, Any]) -> str:
    """The schema as it is stored: alternatives in one order, no indent in descriptions, two spaces deep."""
    return msgspec.json.format(msgspec.json.encode(_stable(schema)), indent=2).decode() + "\n"


def _stable(part: Any) -> Any:
    """Versions of msgspec differ in the order of `anyOf`, and Python 3.13 strips the indent of docstrings."""
    if isinstance(part, dict):
        stable = {key: _stable(value) for key, value in part.items()}
        if "anyOf" in stable:
            stable["anyOf"].sort(key=repr)
        if isinstance(stable.get("description"), str):
            stable["description"] = inspect.cleandoc(stable["description"])
        return stable
    return [_stable(each) for each in part] if isinstance(part, list) else part
