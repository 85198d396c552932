"""The products whose exports are read, each by a module of its own name."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol, cast

from .imported import Desk, Imported

PRODUCTS = {
    "zendesk": "Zendesk Support",
    "jira": "Jira Cloud and Jira Service Management",
    "servicenow": "ServiceNow",
    "zammad": "Zammad",
    "glpi": "GLPI",
    "freshservice": "Freshservice",
    "frappe": "Frappe Helpdesk",
    "github": "GitHub issues",
    "gitlab": "GitLab issues",
    "microsoft": "Microsoft Graph's getSchedule, which is refused",
}
"""What each module reads, by its name."""


class Product(Protocol):
    """What the module of a product has: the names of its files, and what makes a desk of their documents."""

    FILES: Mapping[str, str]

    def desk(self, documents: Mapping[str, object], *, timezone: str | None = None, name: str = ...) -> Imported[Desk]:
        """The desk of documents by the names of their files."""
        ...


def product(name: str) -> Product:
    """The module of a product."""
    module: Any = import_module(f".{name}", __package__)
    return cast(Product, module)
