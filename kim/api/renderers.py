"""What an answer is written as: JSON without a single float, or CSV."""

import json
from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer

from kim.exports import Dialect, Table, csv_text
from kim.workbooks import XLSX, xlsx_file


class JsonRenderer(BaseRenderer):
    """JSON of texts, whole numbers, truth values and null. A decimal that was not formatted is a mistake of ours."""

    media_type = "application/json"
    format = "json"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002 - signature of REST framework
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - as above
    ) -> str | bytes:
        """Write it compactly; amounts and days are texts already."""
        if data is None:
            return b""
        return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class FileRenderer(BaseRenderer):
    """A file that was written already; subclasses say which kind."""

    render_style = "binary"

    def render(
        self,
        data: bytes | None,
        accepted_media_type: str | None = None,  # noqa: ARG002 - signature of REST framework
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - as above
    ) -> bytes:
        """Send it as it is."""
        return data or b""


class XlsxRenderer(FileRenderer):
    """A table as XLSX."""

    media_type = XLSX
    format = "xlsx"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002 - signature of REST framework
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - as above
    ) -> bytes:
        """Write it; the view knows its name."""
        return b"" if data is None else xlsx_file(data)


class CsvRenderer(BaseRenderer):
    """A table as CSV in the dialect that was asked for."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self,
        data: Table | None,
        accepted_media_type: str | None = None,  # noqa: ARG002 - signature of REST framework
        renderer_context: Mapping[str, Any] | None = None,
    ) -> str | bytes:
        """Write it; the view knows the dialect."""
        if data is None:
            return b""
        view = (renderer_context or {})["view"]
        return csv_text(data, Dialect(view.query.get("dialect", Dialect.ISO)))
