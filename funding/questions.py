"""Questions of the committee: asked on a figure as it was shown, answered once at a time, never edited afterwards."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from funding.calculation.lookup import Address
from funding.models import CommitteeQuestion, ForecastVersion, Office, Programme
from kim.errors import RuleError
from kim.models import User
from kim.roles import may_edit

# Nobody has as many questions open at once; a script would.
MOST_OPEN = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question is about: the figure's address, year, scenario and version, and the words it was shown in."""

    address: Address
    year: int
    scenario: str
    version: int | None
    label: str
    amount: str


class AlreadyAnsweredError(RuleError):
    """An answer that somebody else saved first; ``data["stored"]`` is theirs."""

    code = "conflict"


def open_questions(programme: str, version: int | None = None) -> int:
    """Return how many questions of a programme, or of one of its versions, wait for an answer. One statement."""
    return questions_of(programme, version).filter(answered_at__isnull=True).count()


def questions_of(programme: str, version: int | None = None) -> QuerySet[CommitteeQuestion]:
    """Return the questions of a programme, newest first; with a version only those asked on it."""
    found = CommitteeQuestion.objects.filter(programme__slug=programme).select_related("version")
    return found if version is None else found.filter(version__number=version)


def questions_on(programme: str, asked: Asked) -> QuerySet[CommitteeQuestion]:
    """Return the questions on one figure, those on the same version or on the work in progress."""
    on = Q(version__isnull=True) if asked.version is None else Q(version__number=asked.version)
    return (
        CommitteeQuestion.objects.filter(on, programme__slug=programme, **_columns(asked))
        .select_related("version")
        .order_by("asked_at", "pk")
    )


def address_of(question: CommitteeQuestion) -> Address:
    """Return the address of the figure that was asked about."""
    return Address(
        question.figure_key, question.funding_module, question.provider, question.line, question.rule, question.part
    )


def ask(*, programme: str, asked: Asked, text: str, by: User) -> CommitteeQuestion:
    """Save a question; raises ``RuleError`` for one that is asked already, and for more than anybody has open."""
    with transaction.atomic():
        # Sent twice at once: the second one waits here and finds the first.
        row = Programme.objects.select_for_update(no_key=True).get(slug=programme)
        waiting = CommitteeQuestion.objects.filter(programme=row, asked_by=by, answered_at__isnull=True)
        if questions_on(programme, asked).filter(asked_by=by, text=text, answered_at__isnull=True).exists():
            message = _("Diese Frage haben Sie zu dieser Zahl schon gestellt.")
            raise RuleError(message, field="text")
        if waiting.count() >= MOST_OPEN:
            message = _("Von Ihnen warten schon %(most)s Fragen auf eine Antwort. Bitte erst diese abwarten.") % {
                "most": MOST_OPEN
            }
            raise RuleError(message, field="text")
        version = None
        if asked.version is not None:
            version = ForecastVersion.objects.only("pk").get(programme=row, number=asked.version)
        return CommitteeQuestion.objects.create(
            programme=row,
            version=version,
            label=asked.label,
            amount_shown=asked.amount,
            text=text,
            asked_at=timezone.now(),
            asked_as=Office.FINANCE if may_edit(by) else Office.COMMITTEE,
            asked_by=by,
            **_columns(asked),
        )


def answer(*, question: int, text: str, seen: str, by: User) -> CommitteeQuestion:
    """Save an answer, or another wording of one.

    ``seen`` is ``seal_of`` the answer that the page had. Raises ``AlreadyAnsweredError`` with the stored one when
    somebody saved first, ``RuleError`` when the question was withdrawn meanwhile.
    """
    with transaction.atomic():
        row = CommitteeQuestion.objects.select_for_update(of=("self",)).filter(pk=question).first()
        if row is None:
            message = _("Diese Frage wurde inzwischen zurückgezogen.")
            raise RuleError(message, field="answer")
        if seal_of(row) != seen:
            message = _("Jemand anderes hat inzwischen geantwortet. Nichts wurde überschrieben.")
            raise AlreadyAnsweredError(message, stored=row.answer)
        row.answer, row.answered_at, row.answered_by = text, timezone.now(), by
        row.save(update_fields=["answer", "answered_at", "answered_by"])
    return row


def withdraw(*, question: int, by: User) -> None:
    """Take one's own question back as long as nobody answered; raises ``RuleError`` after that."""
    with transaction.atomic():
        row = CommitteeQuestion.objects.select_for_update(of=("self",)).filter(pk=question, asked_by=by).first()
        if row is None or row.is_answered:
            message = _("Diese Frage ist inzwischen beantwortet oder schon zurückgezogen.")
            raise RuleError(message, field="question")
        row.delete()


def seal_of(question: CommitteeQuestion) -> str:
    """Return which answer a question has, empty without one: the moment it was saved."""
    return "" if question.answered_at is None else question.answered_at.isoformat()


def _columns(asked: Asked) -> dict[str, object]:
    address = asked.address
    return {
        "figure_key": address.key,
        "fiscal_year": asked.year,
        "scenario": asked.scenario,
        "funding_module": address.funding_module,
        "provider": address.provider,
        "line": address.line,
        "rule": address.rule,
        "part": address.part,
    }
