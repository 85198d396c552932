"""Mappings that cannot change, so that values which hold them can be hashed, shared and copied to themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, Self, TypeVar

from pydantic import AfterValidator

K = TypeVar("K")
V = TypeVar("V")


class FrozenDict(dict[K, V]):
    """A dictionary that cannot change: equal to any with the same items, and hashable where these are.

    >>> hours = FrozenDict(mon="08:00-17:00")
    >>> hours == {"mon": "08:00-17:00"}, {hours: "a desk"}[hours]
    (True, 'a desk')
    """

    __slots__ = ()

    def _refused(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("this dictionary cannot change; make a new one, {**this, key: value}")

    if not TYPE_CHECKING:  # for whom a dictionary that cannot change is a Mapping
        __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refused

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)


FrozenMapping = Annotated[Mapping[K, V], AfterValidator(FrozenDict)]
"""A field that holds a mapping which cannot change."""
