"""What may stand in an address: numbers of rows and versions, fiscal years, endings of files."""

from django.urls import register_converter
from django.urls.converters import IntConverter, StringConverter

from funding.formats.files import FORMATS


class IdConverter(IntConverter):
    """A row's number: at most nine digits, so that no address reaches the database with a number it cannot hold."""

    regex = "[0-9]{1,9}"


class YearConverter(IntConverter):
    """A fiscal year: four digits."""

    regex = "[0-9]{4}"


class VersionConverter(IntConverter):
    """The number of a version: it counts from one, and has no more digits than an address may ask for."""

    regex = "[1-9][0-9]{0,5}"


class FormatConverter(StringConverter):
    """The ending of a file that a document can be written as."""

    regex = "|".join(FORMATS)


register_converter(FormatConverter, "format")
register_converter(IdConverter, "id")
register_converter(VersionConverter, "version")
register_converter(YearConverter, "year")
