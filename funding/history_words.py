"""Changes as German sentences: who, when, what, from which amount to which, and why where somebody said so."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from funding.history import INSERT, Event, Known, Row, account_of, amount_of
from funding.history_names import SUBJECTS, Names, field_of, label_of, shortened, value_in_words, without_article
from funding.models import ForecastVersion, RoundingRule
from funding.tracked import PAY_LAW, Rows
from kim import formatting
from kim.roles import Role

REASONS = ("note", "source")
# What ``funding.replay`` puts into the context of its changes.
REPLAYED = "replay"
# The column that holds the amount which a row is about.
AMOUNT: Mapping[Rows, str] = {RoundingRule: "base"}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changed something: in the sentence, as an office, and the account (empty: there is none to name)."""

    words: str
    office: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A column that differs: its label and name, the values in words, and the raw values."""

    label: str
    column: str
    before: str
    after: str
    raw_before: str
    raw_after: str


@dataclass(frozen=True, slots=True)
class Told:
    """A change as a reader sees it.

    ``amount_before`` and ``amount_after`` are euros, None where there is no amount; ``note`` and ``source`` are those
    that came with the change.
    """

    event: Event
    sentence: str
    when: str
    office: str
    account: str
    kind: str
    subject: str
    action: str
    amount_before: Decimal | None
    amount_after: Decimal | None
    values: tuple[Value, ...]
    note: str
    source: str

    @property
    def others(self) -> tuple[Value, ...]:
        """What differs beside the amount; the reasons stand for themselves."""
        amount = AMOUNT.get(self.event.model, "amount")
        return tuple(one for one in self.values if one.column not in {amount, *REASONS})


def tell(event: Event, facts: Known, *, with_account: bool) -> Told:
    """Tell one change; ``with_account`` names the account beside its office (finance staff and administrators)."""
    return _Teller(event, facts).told(with_account=with_account)


class _Teller:
    """One event with what it takes to tell it."""

    def __init__(self, event: Event, facts: Known) -> None:
        self.event, self.facts = event, facts
        self.names = Names(facts.rows)
        column = AMOUNT.get(event.model, "amount")
        self.amount = column if column in event.row else ""

    def told(self, *, with_account: bool) -> Told:
        event = self.event
        actor = self.actor()
        who = f"{actor.words} ({actor.account})" if with_account and actor.account else actor.words
        subject = SUBJECTS[event.model](event.before or event.row, self.names)
        values = tuple(self.value(name) for name in event.changed)
        return Told(
            event, self.sentence(who, subject, values), moment(event), actor.office,
            actor.account if with_account else "",
            str(event.model._meta.verbose_name), without_article(subject), self.action(),
            amount_of(event.before, self.amount), amount_of(event.after, self.amount), values,
            self.given("note"), self.given("source"),
        )  # fmt: skip

    def actor(self) -> Actor:
        event, facts = self.event, self.facts
        user = account_of(event)
        if user is not None:
            account = facts.accounts.get(user)
            if account is None:
                return Actor(_("die Finanzverwaltung"), _("Finanzverwaltung"), _("Konto gibt es nicht mehr"))
            if account.is_superuser:
                return Actor(_("die Administration"), _("Administration"), account.get_username())
            if account.role == Role.COMMITTEE:
                return Actor(_("ein Mitglied des Gremiums"), _("Gremium"), account.get_username())
            return Actor(_("die Finanzverwaltung"), _("Finanzverwaltung"), account.get_username())
        return self._nobody(event)

    def _nobody(self, event: Event) -> Actor:
        """Say what wrote a row that no account wrote."""
        if event.label == INSERT and event.at == self.facts.loaded_at and event.context is None:
            return Actor(_("das Laden der Grunddaten"), _("Grunddaten"))
        if event.model in PAY_LAW and event.context is None and event.row.get("recorded_by_id") is None:
            return Actor(_("das Laden der Entgelttabellen"), _("mitgelieferte Entgelttabellen"))
        if (event.context or {}).get(REPLAYED):
            return Actor(_("das Nachspielen der öffentlichen Unterlagen"), _("Grunddaten"))
        return Actor(_("jemand unmittelbar in der Datenbank"), _("unmittelbar in der Datenbank"))

    def action(self) -> str:
        if self.event.before is None and self.event.label == INSERT:
            return _("neu")
        return _("gelöscht") if self.event.after is None else _("geändert")

    def sentence(self, who: str, subject: str, values: tuple[Value, ...]) -> str:
        event = self.event
        before, after = (self.euro(row) for row in (event.before, event.after))
        said = {"when": when_in_words(event), "who": who, "what": subject, "before": before, "after": after}
        if event.after is None:
            return (_("%(when)s hat %(who)s %(what)s gelöscht, zuletzt %(before)s.") if before
                    else _("%(when)s hat %(who)s %(what)s gelöscht.")) % said  # fmt: skip
        if event.label == INSERT:
            found = (_("%(when)s hat %(who)s %(what)s mit %(after)s eingetragen.") if after
                     else _("%(when)s hat %(who)s %(what)s festgeschrieben.") if event.model is ForecastVersion
                     else _("%(when)s hat %(who)s %(what)s angelegt.")) % said  # fmt: skip
            return found + self.reasons()
        if event.before is None:
            return _("%(when)s hat %(who)s %(what)s geändert; der Stand davor ist nicht bekannt.") % said
        columns = {one.column for one in values}
        # The reasons for a change stand behind it; where nothing else differs, they are the change.
        told = [one for one in values if one.column not in REASONS] or list(values)
        reasons = self.reasons() if columns - set(REASONS) else ""
        others = [one for one in told if one.column != self.amount]
        said["rest"] = "; ".join(_change(one) for one in others)
        if self.amount not in columns:
            return _("%(when)s hat %(who)s %(what)s geändert: %(rest)s.") % said + reasons
        said["before"], said["after"] = (self.words(self.amount, row) for row in (event.before, event.after))
        found = _("%(when)s hat %(who)s %(what)s von %(before)s auf %(after)s geändert") % said
        return found + (_("; außerdem %(rest)s.") % said if others else ".") + reasons

    def reasons(self) -> str:
        """Say why, as far as somebody gave a note or a source with this very change."""
        found = ""
        for name, text in (("note", _(" Anmerkung: „%(text)s“.")), ("source", _(" Quelle: „%(text)s“."))):
            if self.given(name):
                found += text % {"text": shortened(self.given(name))}
        return found

    def given(self, name: str) -> str:
        """Return a reason that came with this very change; what stood there before explains the old value."""
        return str(self.event.row[name]) if name in self.event.changed and self.event.after is not None else ""

    def euro(self, row: Row | None) -> str:
        amount = amount_of(row, self.amount)
        return "" if amount is None else formatting.euro(amount)

    def value(self, column: str) -> Value:
        event = self.event
        before, after = event.before or {}, event.after or {}
        return Value(
            label_of(event.model, column), column, self.words(column, before) if event.before is not None else "",
            self.words(column, after) if event.after is not None else "",
            _raw(before.get(column)), _raw(after.get(column)),
        )  # fmt: skip

    def words(self, column: str, row: Row) -> str:
        return value_in_words(field_of(self.event.model, column), row.get(column), self.names)


def moment(event: Event) -> str:
    """Return when it happened in Berlin: ``23.11.2026, 14:05 Uhr``."""
    at = timezone.localtime(event.at)
    return _("%(day)s, %(time)s Uhr") % {"day": formatting.date(at.date()), "time": f"{at:%H:%M}"}


def when_in_words(event: Event) -> str:
    """Return the beginning of a sentence: ``Am 23.11.2026 um 14:05 Uhr``."""
    at = timezone.localtime(event.at)
    return _("Am %(day)s um %(time)s Uhr") % {"day": formatting.date(at.date()), "time": f"{at:%H:%M}"}


def _change(value: Value) -> str:
    return _("%(label)s von %(before)s auf %(after)s") % {
        "label": value.label, "before": value.before, "after": value.after,
    }  # fmt: skip


def _raw(value: Any) -> str:
    """Return the value as the database has it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
