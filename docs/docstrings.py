"""Shows the examples of docstrings as code on the site: an extension of griffe, by which mkdocstrings reads them."""

from __future__ import annotations

import re
from typing import Any

import griffe

_EXAMPLE = re.compile(r"^(?:>>> .*(?:\n(?!\n).*)*)", re.MULTILINE)


class Examples(griffe.Extension):
    """Fences each paragraph of a docstring that begins with a prompt."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Fence the examples of this object."""
        if obj.docstring is not None:
            obj.docstring.value = _EXAMPLE.sub(r"```pycon\n\g<0>\n```", obj.docstring.value)
