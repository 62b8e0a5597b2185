"""axe finds nothing on any page of the handbook, and none of them is wider than the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kim.handbook import PAGES
from tests.browser.test_accessibility import look

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_every_page_of_the_handbook(visit: Callable[..., Visitor], width: int, scheme: str) -> None:
    visitor = visit(width=width, scheme=scheme).sign_in("bernd")

    assert look(visitor, ["/handbuch/", *(page.url for page in PAGES)], width) == {}
    assert visitor.complaints == []
