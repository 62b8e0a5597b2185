"""Addresses of the pages about pay, in the words of their readers."""

from datetime import date

from django.urls import path, re_path, register_converter

from staffing.views import cost, rules, tables, upload


class DayConverter:
    """A day after ISO 8601."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """Read the day; one that does not exist is no address."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """Write the day."""
        return value.isoformat()


register_converter(DayConverter, "day")

KINDS = "|".join(rules.KINDS)

urlpatterns = [
    path("stellenkosten/", cost.pay_cost_page, name="pay-cost"),
    path("entgelttabellen/", tables.pay_tables, name="pay-tables"),
    path("entgelttabellen/hochladen/", upload.upload_table, name="pay-upload"),
    path("entgelttabellen/vorlage.csv", tables.empty_table_file, name="pay-table-template"),
    path("entgelttabellen/<slug:tariff>/<day:day>/", tables.pay_table, name="pay-table"),
    path("entgelttabellen/<slug:tariff>/<day:day>/tabelle.csv", tables.pay_table_file, name="pay-table-file"),
    re_path(rf"^entgelttabellen/(?P<kind>{KINDS})/neu/$", rules.edit_pay_rule, name="new-pay-rule"),
    re_path(rf"^entgelttabellen/(?P<kind>{KINDS})/(?P<pk>[0-9]{{1,9}})/$", rules.edit_pay_rule, name="edit-pay-rule"),
]
