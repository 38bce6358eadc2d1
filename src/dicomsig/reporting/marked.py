"""Names and options within a sentence are written as code; the rest of it is escaped."""

import re
from typing import Final

from markupsafe import Markup, escape

from dicomsig.reporting.text import safe_text

__all__ = ["marked"]

_CODE: Final = re.compile(r"`([^`]+)`|(?<![\w-])(--[a-z][a-z-]*)")
"""What stands between backticks, and an option of the command."""


def marked(text: str) -> Markup:
    """The text with names between backticks and options as code, an option never broken across lines."""
    first, *parts = _CODE.split(safe_text(text))
    made = [escape(first)]
    for name, option, after in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        wrapped = '<code class="nowrap">{}</code>' if option else "<code>{}</code>"
        made += [Markup(wrapped).format(option or name), escape(after)]
    return Markup("").join(made)
