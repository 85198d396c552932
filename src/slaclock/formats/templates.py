"""Templates of pages of HTML, each room's beside its files, and what all pages look like in `formats/looks`.

`looks/page.html` is the frame of a page, which a room's own page extends; its styles are `looks.css`, which notebooks'
cells have too, `document.css` of headings and sections, and `page.css` of a page's colours, widths and print.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .extras import needs_extra
from .safe_texts import html_text, shortened, shown

if TYPE_CHECKING:
    from jinja2 import Environment


def templates_of(room: str) -> Environment:
    """The templates in the folder `page` of a room, such as `slaclock.reporting`.

    What they are given is escaped, and cannot steer the page. `MissingExtraError` where their library is missing.
    """
    with needs_extra("report"):
        from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined
        from markupsafe import Markup

    def shown_value(value: Any) -> Any:
        if not isinstance(value, str) or isinstance(value, Markup):
            return value
        return shown(shortened(value))

    shared = PrefixLoader({"looks": PackageLoader("slaclock.formats", "looks")})
    templates = Environment(
        loader=ChoiceLoader([PackageLoader(room, "page"), shared]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=shown_value,
    )
    templates.filters["drawn"] = Markup  # a picture of ours, however long
    templates.filters["whole"] = lambda text: Markup(html_text(text))  # a text of someone else's, however long
    return templates
