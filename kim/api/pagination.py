"""Pages of lists: bounded, and refusing what is no page size."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

MOST = 500


class Pages(PageNumberPagination):
    """``page`` and ``page_size`` (1 to 500); anything else is a 400, never silently ignored."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = MOST

    def get_page_size(self, request: Request) -> int | None:
        """Read the size strictly."""
        text = request.query_params.get("page_size")
        if text is None:
            return self.page_size
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) and 1 <= int(text) <= MOST):
            raise ValidationError({"page_size": f"„{text[:20]}“ ist keine Seitengröße von 1 bis {MOST}."})
        return int(text)

    def get_page_number(self, request: Request, paginator: Any) -> int | str:
        """Read the page strictly: ASCII digits, at most nine of them."""
        text = request.query_params.get(self.page_query_param) or "1"
        if not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004 - fits every integer column
            raise ValidationError({"page": f"„{text[:20]}“ ist keine Seitennummer."})
        return super().get_page_number(request, paginator)
