"""Addresses of the programme's pages, in the words of their readers."""

from django.urls import path, re_path

from funding import converters  # noqa: F401 - what the addresses below are made of
from django.urls import path, re_path, register_converter
from django.urls.converters import IntConverter, StringConverter

from funding.formats.files import FORMATS
from funding.history import OF_A_ROW
from funding.views import (
    comparison,
    comparison_derivation,
    conditions,
    cost_basis,
    council,
    coverage,
    council_editing,
    council_import,
    derivation,
    editing,
    files,
    grant_end,
    finance,
    grid,
    history,
    lines,
    occupancy,
    payrises,
    places,
    reconcile,
    scenario_editing,
    scenarios,
    since_meeting,
    summary,
    versions,
)


class IdConverter(IntConverter):
    """A row's number: at most nine digits, so that no address reaches the database with a number it cannot hold."""

    regex = "[0-9]{1,9}"


class YearConverter(IntConverter):
    """A fiscal year: four digits."""

    regex = "[0-9]{4}"


class FormatConverter(StringConverter):
    """The ending of a file that a document can be written as."""

    regex = "|".join(FORMATS)


register_converter(FormatConverter, "format")
register_converter(IdConverter, "id")
register_converter(YearConverter, "year")

KINDS = "|".join(editing.KINDS)
ROWS = "|".join(OF_A_ROW)

urlpatterns = [
    path("", summary.start, name="start"),
    path("programme/<slug:programme>/", summary.summary, name="programme"),
    path("programme/<slug:programme>/rechenweg/<slug:key>/", derivation.derivation, name="derivation"),
    path("programme/<slug:programme>/stellen/", lines.positions, name="positions"),
    path("programme/<slug:programme>/stellen/neu/", editing.new_position, name="new-position"),
    path("programme/<slug:programme>/stellen/<id:pk>/", places.position, name="position"),
    path("programme/<slug:programme>/stellen/<id:pk>/aendern/", editing.edit_position, name="edit-position"),
    path(
        "programme/<slug:programme>/stellen/<id:pk>/kosten/<year:year>/",
        editing.edit_position_cost,
        name="position-cost",
    ),
    path(
        "programme/<slug:programme>/stellen/<id:pk>/kostenbasis/neu/<slug:basis>/",
        cost_basis.new_basis,
        name="new-basis",
    ),
    path(
        "programme/<slug:programme>/stellen/<id:pk>/kostenbasis/<id:row>/",
        cost_basis.edit_basis,
        name="edit-basis",
    ),
    path(
        "programme/<slug:programme>/stellen/<id:pk>/kostenbasis/<id:row>/entfernen/",
        cost_basis.remove_basis,
        name="delete-basis",
    ),
    path("programme/<slug:programme>/stellen/<id:pk>/foerderung/neu/", editing.edit_funding, name="new-funding"),
    path(
        "programme/<slug:programme>/stellen/<id:pk>/foerderung/<id:funded>/",
        editing.edit_funding,
        name="edit-funding",
    ),
    path("programme/<slug:programme>/stellen/tariferhoehungen/", payrises.pay_rises, name="pay-rises"),
    path("programme/<slug:programme>/stellen/tariferhoehungen/neu/", payrises.new_pay_rise, name="new-pay-rise"),
    path("programme/<slug:programme>/stellen/tariferhoehungen/<id:row>/", payrises.edit_pay_rise, name="edit-pay-rise"),
    path(
        "programme/<slug:programme>/stellen/tariferhoehungen/<id:row>/zuruecknehmen/",
        payrises.remove_pay_rise,
        name="delete-pay-rise",
    ),
    path("programme/<slug:programme>/sachkosten/", lines.material, name="material"),
    path("programme/<slug:programme>/sachkosten/<id:pk>/", places.material_line, name="material-line"),
    path(
        "programme/<slug:programme>/sachkosten/<id:pk>/kosten/<year:year>/",
        editing.edit_material_cost,
        name="material-cost",
    ),
    path("programme/<slug:programme>/foerderung/", conditions.conditions, name="conditions"),
    re_path(
        rf"^programme/(?P<programme>[-a-zA-Z0-9_]+)/foerderung/(?P<kind>{KINDS})/neu/$",
        editing.edit_condition,
        name="new-condition",
    ),
    re_path(
        rf"^programme/(?P<programme>[-a-zA-Z0-9_]+)/foerderung/(?P<kind>{KINDS})/(?P<pk>[0-9]{{1,9}})/$",
        editing.edit_condition,
        name="edit-condition",
    ),
    path("programme/<slug:programme>/foerderende/", grant_end.grant_end, name="grant-end"),
    path("programme/<slug:programme>/foerderende/fristen.ics", grant_end.deadlines_file, name="deadlines-ics"),
    path("programme/<slug:programme>/besetzung/", occupancy.occupancy, name="occupancy"),
    path("programme/<slug:programme>/deckung/", coverage.coverage, name="coverage"),
    path("programme/<slug:programme>/prognose/", grid.grid, name="grid"),
    path("programme/<slug:programme>/prognose/vorschau/", grid.what_if, name="what-if"),
    path("programme/<slug:programme>/prognose/erhoehen/", grid.raise_percent, name="raise"),
    path("programme/<slug:programme>/prognose/export/", files.export_grid, name="grid-export"),
    path("programme/<slug:programme>/prognose/import/", files.import_grid, name="grid-import"),
    path("programme/<slug:programme>/aenderungen/", history.history, name="history"),
    path("programme/<slug:programme>/aenderungen/bericht/", history.history_report, name="history-report"),
    path("programme/<slug:programme>/aenderungen/bericht.csv", history.history_file, name="history-file"),
    re_path(
        rf"^programme/(?P<programme>[-a-zA-Z0-9_]+)/aenderungen/(?P<what>{ROWS})/(?P<pk>[0-9]{{1,9}})/$",
        history.history_row,
        name="history-row",
    ),
    path("programme/<slug:programme>/szenarien/", scenarios.scenarios, name="scenarios"),
    path("programme/<slug:programme>/szenarien/neu/", scenario_editing.new_scenario, name="new-scenario"),
    path("programme/<slug:programme>/szenarien/<slug:scenario>/", scenarios.scenario, name="scenario"),
    path(
        "programme/<slug:programme>/szenarien/<slug:scenario>/umbenennen/",
        scenario_editing.edit_scenario,
        name="edit-scenario",
    ),
    path(
        "programme/<slug:programme>/szenarien/<slug:scenario>/kopieren/",
        scenario_editing.duplicate_scenario,
        name="copy-scenario",
    ),
    path(
        "programme/<slug:programme>/szenarien/<slug:scenario>/loeschen/",
        scenario_editing.remove_scenario,
        name="delete-scenario",
    ),
    path(
        "programme/<slug:programme>/szenarien/<slug:scenario>/uebernehmen/",
        scenario_editing.adopt_scenario,
        name="adopt-scenario",
    ),
    path(
        "programme/<slug:programme>/szenarien/<slug:scenario>/abweichung/neu/<slug:parameter>/",
        scenario_editing.new_override,
        name="new-override",
    ),
    path(
        "programme/<slug:programme>/szenarien/<slug:scenario>/abweichung/<id:pk>/",
        scenario_editing.edit_override,
        name="edit-override",
    ),
    path(
        "programme/<slug:programme>/szenarien/<slug:scenario>/abweichung/<id:pk>/entfernen/",
        scenario_editing.remove_override,
        name="delete-override",
    ),
    path("programme/<slug:programme>/fassungen/", versions.versions, name="versions"),
    path("programme/<slug:programme>/fassungen/neu/", versions.freeze_version, name="freeze"),
    path("programme/<slug:programme>/fassungen/<version:number>/", versions.version, name="version"),
    path("programme/<slug:programme>/vergleich/", comparison.compare, name="compare"),
    path(
        "programme/<slug:programme>/vergleich/rechenweg/<slug:key>/",
        comparison_derivation.compare_derivation,
        name="compare-derivation",
    ),
    path("programme/<slug:programme>/seit-der-sitzung/", since_meeting.since_meeting, name="since-meeting"),
    path("programme/<slug:programme>/vorlagen/", council.papers, name="papers"),
    path("programme/<slug:programme>/vorlagen/neu/", council_editing.new_paper, name="new-paper"),
    path("programme/<slug:programme>/vorlagen/oparl/", council_import.import_paper, name="import-paper"),
    path("programme/<slug:programme>/vorlagen/<slug:paper>/", council.paper, name="paper"),
    path("programme/<slug:programme>/vorlagen/<slug:paper>/aendern/", council_editing.edit_paper, name="edit-paper"),
    path("programme/<slug:programme>/vorlagen/<slug:paper>/beschluss/", council_editing.decide, name="decide"),
    path("programme/<slug:programme>/vorlagen/<slug:paper>/punkte/neu/", council_editing.edit_item, name="new-item"),
    path(
        "programme/<slug:programme>/vorlagen/<slug:paper>/punkte/<id:pk>/",
        council_editing.edit_item,
        name="edit-item",
    ),
    path(
        "programme/<slug:programme>/vorlagen/<slug:paper>/punkte/<id:pk>/loeschen/",
        council_editing.delete_item,
        name="delete-item",
    ),
    path(
        "programme/<slug:programme>/vorlagen/<slug:paper>/punkte/<id:pk>/zuruecknehmen/",
        council_editing.undo,
        name="undo-decision",
    ),
    path(
        "programme/<slug:programme>/vorlagen/<slug:paper>/punkte/<id:pk>/verbindung/neu/",
        council_editing.new_link,
        name="new-link",
    ),
    path(
        "programme/<slug:programme>/vorlagen/<slug:paper>/verbindung/<id:pk>/loeschen/",
        council_editing.delete_link,
        name="delete-link",
    ),
    path(
        "programme/<slug:programme>/vorlagen/<slug:paper>/beratung/neu/",
        council_editing.edit_meeting,
        name="new-meeting",
    ),
    path(
        "programme/<slug:programme>/vorlagen/<slug:paper>/beratung/<id:pk>/",
        council_editing.edit_meeting,
        name="edit-meeting",
    ),
    path(
        "programme/<slug:programme>/vorlagen/<slug:paper>/beratung/<id:pk>/loeschen/",
        council_editing.delete_meeting,
        name="delete-meeting",
    path("programme/<slug:programme>/vorlagen/<slug:paper>/abgleich/", reconcile.reconcile_paper, name="reconcile"),
    path(
        "programme/<slug:programme>/vorlagen/<slug:paper>/abgleich/abgleich.csv",
        reconcile.reconcile_file,
        name="reconcile-file",
    ),
    path(
        "programme/<slug:programme>/vorlagen/<slug:paper>/abgleich/einlesen/",
        reconcile.import_printed,
        name="reconcile-import",
    ),
    path("programme/<slug:programme>/vorlagen/<slug:paper>/abgleich/neu/", reconcile.edit_printed, name="new-printed"),
    path(
        "programme/<slug:programme>/vorlagen/<slug:paper>/abgleich/<id:pk>/",
        reconcile.edit_printed,
        name="edit-printed",
    ),
    path(
        "programme/<slug:programme>/vorlagen/<slug:paper>/abgleich/<id:pk>/loeschen/",
        reconcile.delete_printed,
        name="delete-printed",
    path("programme/<slug:programme>/vorlagen/<slug:paper>/finanzblock/", finance.finance_block, name="finance-block"),
    path(
        "programme/<slug:programme>/vorlagen/<slug:paper>/finanzblock/angaben/",
        finance.finance_statement,
        name="finance-statement",
    ),
    path(
        "programme/<slug:programme>/vorlagen/<slug:paper>/finanzblock.<format:ending>",
        finance.finance_block_file,
        name="finance-block-file",
    ),
]
