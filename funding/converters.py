"""What may stand in an address: numbers of rows and versions, fiscal years."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class IdConverter(IntConverter):
    """A row's number: at most nine digits, so that no address reaches the database with a number it cannot hold."""

    regex = "[0-9]{1,9}"


class YearConverter(IntConverter):
    """A fiscal year: four digits."""

    regex = "[0-9]{4}"


class VersionConverter(IntConverter):
    """The number of a version: it counts from one, and has no more digits than an address may ask for."""

    regex = "[1-9][0-9]{0,5}"


register_converter(IdConverter, "id")
register_converter(VersionConverter, "version")
register_converter(YearConverter, "year")
