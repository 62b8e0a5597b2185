"""Accounts and tokens, and what every row with a source or a validity in time shares."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, IntegerRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import FieldError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from kim.fields import DayField
from kim.figures import Source, Status
from kim.roles import Role

STATUS_CHOICES = [
    (Status.VERIFIED.value, _("belegt")),
    (Status.DERIVED.value, _("abgeleitet")),
    (Status.INFERRED.value, _("erschlossen (Annahme)")),
    (Status.ASSUMED.value, _("Annahme")),
    (Status.FROM_MEMORY.value, _("aus dem Gedächtnis (Annahme)")),
]


class User(AbstractUser):  # type: ignore[django-manager-missing]  # knox has no stubs
    """An account. Its role decides what it may do (``kim.roles``); no personal data beyond the account."""

    role = models.CharField(_("Rolle"), max_length=20, choices=Role.choices, default=Role.NONE, blank=True)

    class Meta(AbstractUser.Meta):  # type: ignore[name-defined]  # its stubs leave it out
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=Role.values),
                name="kim_user_known_role",
                violation_error_message=_("Diese Rolle gibt es nicht."),
            ),
        ]

    @property
    def role_label(self) -> str:
        """The role in words, as the header shows it."""
        return str(_("Administration")) if self.is_superuser else str(Role(self.role).label)


class ApiToken(AbstractAuthToken):
    """The access of one named REST client; only a hash of the token is stored."""

    name: "models.CharField[str, str]" = models.CharField(_("Name des Programms"), max_length=80)

    class Meta:
        verbose_name = _("API-Zugang")
        verbose_name_plural = _("API-Zugänge")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                name="kim_api_token_name_once",
                violation_error_message=_("Einen Zugang mit diesem Namen gibt es schon."),
            ),
        ]

    def __str__(self) -> str:
        """Return the client's name, never the token."""
        return str(self.name)


class Sourced(models.Model):
    """A row that says where its value comes from, who entered it and when."""

    source = models.CharField(_("Quelle"), max_length=500, help_text=_("Fundstelle: Bescheid, Vorlage, Richtlinie"))
    source_status = models.CharField(_("Beleg"), max_length=20, choices=STATUS_CHOICES, default=Status.VERIFIED.value)
    note = models.CharField(_("Anmerkung"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField(_("erfasst am"), auto_now=True)

    class Meta:
        abstract = True
        constraints = [
            # A figure without a source explains nothing; the core would refuse it as well.
            models.CheckConstraint(
                condition=~Q(source__regex=r"^\s*$"),
                name="%(app_label)s_%(class)s_has_source",
                violation_error_code="source",
                violation_error_message=_("Die Quelle fehlt. Bitte die Fundstelle angeben."),
            ),
            models.CheckConstraint(
                condition=Q(source_status__in=[status.value for status in Status]),
                name="%(app_label)s_%(class)s_known_status",
                violation_error_code="source_status",
                violation_error_message=_("Diesen Beleg gibt es nicht."),
            ),
        ]

    def as_source(self) -> Source:
        """Return the source as the core takes it. Readers see the office that entered a value, not the person."""
        office = str(_("Finanzverwaltung")) if self.recorded_by_id else str(_("Grunddaten des Programms"))
        return Source(
            text=self.source,
            status=Status(self.source_status),
            reference=self.note,
            row=f"{self._meta.label}#{self.pk}",
            recorded_by=office,
            recorded_on=self.recorded_at.date().isoformat(),
        )


class Dated(models.Model):
    """A row that holds from a day on, until a day or until further notice."""

    valid_from = DayField(_("gültig ab"))
    valid_to = DayField(_("gültig bis"), null=True, blank=True, help_text=_("Leer: bis auf Weiteres"))

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_ends_after_start",
                violation_error_code="valid_to",
                violation_error_message=_("Das Ende der Gültigkeit liegt vor ihrem Beginn."),
            ),
        ]


class DateRange(Func):
    """PostgreSQL's ``daterange`` over two columns; both ends count, an empty end is open."""

    function = "daterange"
    output_field = DateRangeField()


class YearRange(Func):
    """PostgreSQL's ``int4range`` over two columns of years; both ends count, an empty end is open."""

    function = "int4range"
    output_field = IntegerRangeField()


# The code of a violated constraint names the field that a form shows its message at.


class NoOverlap(ExclusionConstraint):
    """Refuses periods that share a day, and leaves a period that ends before it starts to the constraint on its end.

    PostgreSQL cannot build such a period, so asking it would end in an error instead of a sentence.
    """

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """Return Django's own class: the table is the same, only the question before saving differs."""
        _path, args, options = super().deconstruct()
        return "django.contrib.postgres.constraints.ExclusionConstraint", tuple(args), options

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Iterable[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Ask the database for rows with the same days, unless there are no days."""
        period: Any = self.expressions[0][0]
        start, end = (getattr(instance, column.name) for column in period.source_expressions[:2])
        if start is not None and end is not None and end < start:
            return
        # A condition on a field that has an error of its own cannot be asked; the field says what is wrong.
        with suppress(FieldError):
            super().validate(model, instance, exclude, using)


def no_overlap(
    name: str,
    *fields: str,
    message: Any,
    condition: Q | None = None,
    period: type[DateRange | YearRange] = DateRange,
    ends: tuple[str, str] = ("valid_from", "valid_to"),
) -> NoOverlap:
    """Refuse two rows with the same ``fields`` whose validities share a day (or a year)."""
    return NoOverlap(
        name=name,
        expressions=[
            (period(*ends, RangeBoundary(inclusive_lower=True, inclusive_upper=True)), RangeOperators.OVERLAPS),
            *((field, RangeOperators.EQUAL) for field in fields),
        ],
        condition=condition,
        violation_error_code=ends[0],
        violation_error_message=message,
    )


class WholeCents(Func):
    """The amount cut to two decimals, to compare it with itself."""

    template = "trunc(%(expressions)s, 2)"
    output_field = models.DecimalField(max_digits=20, decimal_places=6)


def whole_cents(name: str, field: str = "amount") -> models.CheckConstraint:
    """Refuse a third decimal and more than twelve digits before the comma, also from raw SQL."""
    return models.CheckConstraint(
        condition=Q(**{field: WholeCents(F(field))}) & Q(**{f"{field}__gt": -(10**12), f"{field}__lt": 10**12}),
        name=name,
        violation_error_code=field,
        violation_error_message=_("Der Betrag muss ein voller Centbetrag unter einer Billion Euro sein."),
    )


def rate_in_range(name: str, field: str) -> models.CheckConstraint:
    """Refuse a third decimal, less than nothing and more than a hundred percent, also from raw SQL."""
    return models.CheckConstraint(
        condition=Q(**{field: WholeCents(F(field))}) & Q(**{f"{field}__gte": 0, f"{field}__lte": 100}),
        name=name,
        violation_error_code=field,
        violation_error_message=_("Bitte einen Prozentsatz von 0 bis 100 mit höchstens zwei Nachkommastellen angeben."),
    )


def not_negative(name: str, field: str = "amount") -> models.CheckConstraint:
    """Refuse an amount below zero where it would mean nothing."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__gte": 0}),
        name=name,
        violation_error_code=field,
        violation_error_message=_("Der Betrag darf nicht negativ sein."),
    )


def known_year(name: str, field: str = "fiscal_year") -> models.CheckConstraint:
    """Refuse fiscal years the calculation does not know."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__gte": 2000, f"{field}__lte": 2099}),
        name=name,
        violation_error_code=field,
        violation_error_message=_("Bitte ein Haushaltsjahr von 2000 bis 2099 angeben."),
    )


def known_values(name: str, field: str, values: Iterable[str]) -> models.CheckConstraint:
    """Refuse a word the calculation does not know: it would pass over the row without a word, or stop at it."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": [str(value) for value in values]}),
        name=name,
        violation_error_code=field,
        violation_error_message=_("Diesen Wert gibt es hier nicht. Bitte einen aus der Liste wählen."),
    )
