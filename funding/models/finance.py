"""What section "Finanzielle Auswirkungen" of a council paper asks and no rule can know."""

from typing import Any, ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.council import CouncilPaper
from funding.models.scenario import Scenario
from kim.fields import DayField, MoneyField
from kim.models import Sourced, known_year, not_negative, whole_cents

# What the snapshot takes as it is.
PLAIN = (
    "no_impact", "is_operating", "product", "funding_applied", "funding_programme", "resolution_date",
    "resolution_number", "is_capital", "funds_centres", "commitment_items", "capital_funding_applied",
    "capital_funding_programme", "capital_resolution_date", "capital_resolution_number", "sufficiently_budgeted",
    "appropriations_sufficient", "covered_from", "follow_up_expense_from", "follow_up_remark", "not_quantifiable",
    "follow_up_revenue_from", "follow_up_revenue_product", "follow_up_revenue_account", "savings_from",
    "savings_product", "savings_account", "treasury_note", "climate_affected", "sustainability",
    "sustainability_short", "sustainability_long",
)  # fmt: skip
# Columns with an amount, a fiscal year, the number of a paper, and a ledger account.
AMOUNTS = ("payments", "capital_grant", "covered_amount", "depreciation", "follow_up_revenue", "savings")
YEARS = ("follow_up_expense_from", "follow_up_revenue_from", "savings_from")
PAPER_NUMBERS = ("resolution_number", "capital_resolution_number")
ACCOUNTS = ("follow_up_revenue_account", "savings_account")
# Amounts that mean nothing without the year they begin in.
FROM_A_YEAR = {"follow_up_revenue": "follow_up_revenue_from", "savings": "savings_from"}


def _tick(label: Any) -> "models.BooleanField[bool | None, bool | None]":
    """Return a tick of the form: yes, no, or null for *not known*, which is never shown as no."""
    return models.BooleanField(label, null=True, blank=True)


def _words(label: Any, most: int, help_text: Any = "") -> "models.CharField[str, str]":
    return models.CharField(label, max_length=most, blank=True, help_text=help_text)


def _form(name: str, field: str, pattern: str, message: Any) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{field: ""}) | Q(**{f"{field}__regex": pattern}),
        name=name,
        violation_error_code=field,
        violation_error_message=message,
    )


def _not_yes(field: str) -> Q:
    """Say that a tick is no or not known; named one by one, because a comparison with nothing is unknown."""
    return Q(**{f"{field}__isnull": True}) | Q(**{field: False})


@pghistory.track()
class FinanceStatement(Sourced):
    """The answers of the finance staff to the blanks of a paper's finance block; one per paper.

    Amounts that follow from the programme are not here: the block computes them. A tick is yes, no or *not known*;
    an empty text, day, year or amount means that nobody has said anything.
    """

    paper = models.OneToOneField(
        CouncilPaper, on_delete=models.CASCADE, related_name="finance_statement", verbose_name=_("Vorlage")
    )
    no_impact = _tick(_("Nein, keine finanziellen Auswirkungen"))
    is_operating = _tick(_("Ja – ergebniswirksam"))
    product = _words(_("Produkt"), 60, _("Nur ausfüllen, wenn es nicht der Innenauftrag des Programms ist"))
    funding_applied = _tick(_("Fördermittel beantragt"))
    funding_programme = _words(_("Name Förderprogramm"), 120, _("Leer: der Kurzname des Programms"))
    resolution_date = DayField(_("Ratsbeschluss vom"), null=True, blank=True)
    resolution_number = _words(_("zur Vorlage Nr."), 20)

    is_capital = _tick(_("Ja – investiv"))
    funds_centres = _words(_("Finanzstelle/n"), 120)
    commitment_items = _words(_("Finanzposition/en"), 120)
    payments = MoneyField(_("Auszahlungen für die Maßnahme"), null=True, blank=True)
    capital_funding_applied = _tick(_("Fördermittel beantragt (investiv)"))
    capital_funding_programme = _words(_("Name Förderprogramm (investiv)"), 120)
    capital_resolution_date = DayField(_("Ratsbeschluss vom (investiv)"), null=True, blank=True)
    capital_resolution_number = _words(_("zur Vorlage Nr. (investiv)"), 20)
    capital_grant = MoneyField(_("Beantragte Förderhöhe (investiv)"), null=True, blank=True)

    sufficiently_budgeted = _tick(_("Maßnahme ist im Haushalt ausreichend veranschlagt"))
    appropriations_sufficient = _tick(_("Ansätze sind ausreichend"))
    covered_from = _words(_("Deckung erfolgt aus Produkt/Finanzstelle"), 120)
    covered_amount = MoneyField(_("Deckung in Höhe von"), null=True, blank=True)

    follow_up_expense_from = models.PositiveSmallIntegerField(
        _("Jährliche Folgeaufwendungen ab Haushaltsjahr"),
        null=True,
        blank=True,
        help_text=_("Vier Ziffern; leer: das Jahr nach dem Ende der Förderung"),
    )
    follow_up_scenario = models.ForeignKey(
        Scenario,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("Szenario der Folgeaufwendungen"),
        help_text=_("Woraus der Personal- und Sachaufwand berechnet wird; leer: die Förderung endet"),
    )
    follow_up_remark = _words(
        _("Zusatz zum Personal-/Sachaufwand"), 300, _("Steht in Klammern hinter dem berechneten Betrag")
    )
    depreciation = MoneyField(_("Bilanzielle Abschreibungen"), null=True, blank=True)
    not_quantifiable = _tick(_("Aktuell nicht bezifferbar"))

    follow_up_revenue_from = models.PositiveSmallIntegerField(
        _("Jährliche Folgeerträge ab Haushaltsjahr"), null=True, blank=True
    )
    follow_up_revenue = MoneyField(_("Erträge"), null=True, blank=True)
    follow_up_revenue_product = _words(_("Produkt der Folgeerträge"), 60)
    follow_up_revenue_account = _words(_("Sachkonto der Folgeerträge"), 20)

    savings_from = models.PositiveSmallIntegerField(_("Einsparungen ab Haushaltsjahr"), null=True, blank=True)
    savings = MoneyField(_("Ersparter Personal-/Sachaufwand"), null=True, blank=True)
    savings_product = _words(_("Produkt der Einsparungen"), 60)
    savings_account = _words(_("Sachkonto der Einsparungen"), 20)

    treasury_note = _words(_("ggf. Hinweis Dez. II/FB 20"), 1000)

    climate_affected = _tick(_("Klimaschutz betroffen"))
    sustainability = _words(_("Nachhaltigkeit"), 500)
    sustainability_short = _words(_("kurz- bis mittelfristige Nachhaltigkeit"), 500)
    sustainability_long = _words(_("langfristige Nachhaltigkeit"), 500)

    class Meta:
        verbose_name = _("Angabe zum Finanzblock")
        verbose_name_plural = _("Angaben zum Finanzblock")
        ordering: ClassVar[list[str]] = ["paper"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            # The form ends after "Nein": a measure without any effect cannot have one of either kind.
            models.CheckConstraint(
                condition=_not_yes("no_impact") | (_not_yes("is_operating") & _not_yes("is_capital")),
                name="funding_financestatement_none_or_some",
                violation_error_code="no_impact",
                violation_error_message=_(
                    "„Nein“ und „Ja“ zugleich geht nicht. Bitte entweder keine Auswirkungen oder ihre Art angeben."
                ),
            ),
            # An amount that is known is quantified.
            models.CheckConstraint(
                condition=Q(depreciation__isnull=True) | _not_yes("not_quantifiable"),
                name="funding_financestatement_quantified_or_not",
                violation_error_code="not_quantifiable",
                violation_error_message=_(
                    "Abschreibungen, die einen Betrag haben, sind bezifferbar. Bitte nur eines von beiden angeben."
                ),
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{amount}__isnull": True}) | Q(**{f"{year}__isnull": False}),
                    name=f"funding_financestatement_{amount}_has_year",
                    violation_error_code=year,
                    violation_error_message=_("Zu diesem Betrag fehlt das Haushaltsjahr, ab dem er gilt."),
                )
                for amount, year in FROM_A_YEAR.items()
            ),
            *(whole_cents(f"funding_financestatement_{field}_whole_cents", field) for field in AMOUNTS),
            *(not_negative(f"funding_financestatement_{field}_not_negative", field) for field in AMOUNTS),
            *(known_year(f"funding_financestatement_{field}_known", field) for field in YEARS),
            *(
                _form(
                    f"funding_financestatement_{field}_form",
                    field,
                    r"^[0-9]{4}/[0-9]{1,6}$",
                    _("Die Nummer einer Vorlage hat die Form 2021/1121."),
                )
                for field in PAPER_NUMBERS
            ),
            *(
                _form(
                    f"funding_financestatement_{field}_form",
                    field,
                    r"^[0-9]{4,20}$",
                    _("Ein Sachkonto besteht aus vier bis zwanzig Ziffern."),
                )
                for field in ACCOUNTS
            ),
        ]

    def __str__(self) -> str:
        """Return the number of the row's paper, as the history names it."""
        return str(self.paper_id)
