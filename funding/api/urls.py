"""Addresses below ``/api/v1/``."""

from django.urls import path

from funding import converters  # noqa: F401 - what the addresses below are made of
from funding.api.budget_lines import BudgetLinesView
from funding.api.causes import CausesView
from funding.api.figures import FiguresView, ScenariosView
from funding.api.finance_block import FinanceBlockView
from funding.api.papers import OParlView, PapersView, PaperView
from funding.api.programmes import PositionsView, ProgrammesView, ProgrammeView
from funding.api.versions import VersionsView, VersionView
from kim.api.docs import SchemaView, docs

urlpatterns = [
    path("programmes/", ProgrammesView.as_view(), name="api-programmes"),
    path("programmes/<slug:slug>/", ProgrammeView.as_view(), name="api-programme"),
    path("programmes/<slug:slug>/positions/", PositionsView.as_view(), name="api-positions"),
    path("programmes/<slug:slug>/figures/", FiguresView.as_view(), name="api-figures"),
    path("programmes/<slug:slug>/causes/", CausesView.as_view(), name="api-causes"),
    path("programmes/<slug:slug>/scenarios/", ScenariosView.as_view(), name="api-scenarios"),
    path("programmes/<slug:slug>/versions/", VersionsView.as_view(), name="api-versions"),
    path("programmes/<slug:slug>/versions/<version:number>/", VersionView.as_view(), name="api-version"),
    path("budget-lines/", BudgetLinesView.as_view(), name="api-budget-lines"),
    path("papers/", PapersView.as_view(), name="api-papers"),
    path("papers/<slug:slug>/", PaperView.as_view(), name="api-paper"),
    path("papers/<slug:slug>/finance-block/", FinanceBlockView.as_view(), name="api-finance-block"),
    path("papers/<slug:slug>/oparl/", OParlView.as_view(), name="api-paper-oparl"),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
]
