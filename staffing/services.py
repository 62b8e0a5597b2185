"""What changes several pay rows at once: a whole table, or nothing."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kim.errors import KimError
from kim.models import User
from staffing.models import (
    Allowance,
    AnnualBonus,
    PayRate,
    SocialInsuranceRate,
    StepDuration,
    SupplementaryPension,
)
from staffing.paytables.plan import Plan, Wanted, plan_table
from staffing.paytables.reading import TableValue
from staffing.selectors import rates_seal

PAY_MODELS = (PayRate, StepDuration, Allowance, AnnualBonus, SocialInsuranceRate, SupplementaryPension)


class MovedError(KimError):
    """The rows are no longer what was shown when somebody confirmed."""

    code = "moved"


def hold_pay_rows() -> None:
    """Keep other writers of pay rows waiting until the transaction ends; readers go on.

    What is decided here rests on all rows of a table at once, and locks on rows would not stop new ones.
    """
    with connection.cursor() as cursor:
        names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in PAY_MODELS)
        cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


@transaction.atomic
def save_table(*, wanted: Wanted, values: Sequence[TableValue], seal: str, by: User) -> Plan:
    """Save a table as its preview showed it, and end the older rows it follows the day before.

    Raises ``MovedError`` when any row moved since ``seal`` was taken or something overlaps; nothing is saved then.
    """
    hold_pay_rows()
    plan = plan_table(wanted, values, PayRate.objects.filter(tariff=wanted.tariff))
    if rates_seal() != seal or plan.problems:
        message = _(
            "Inzwischen hat jemand Entgelttabellen geändert. Nichts wurde gespeichert. Bitte laden Sie die Datei noch "
            "einmal hoch; die Vorschau vergleicht dann mit dem neuen Stand."
        )
        raise MovedError(message)
    now = timezone.now()
    proof = {"source": wanted.source, "source_status": wanted.status.value}
    for row in plan.ended:
        row.valid_to, row.recorded_by, row.recorded_at = plan.ended_on, by, now
    PayRate.objects.bulk_update(plan.ended, ["valid_to", "recorded_by", "recorded_at"])
    changed = [cell.old for cell in plan.changed if cell.old is not None]
    amounts = {cell.old.pk: cell.value.amount for cell in plan.changed if cell.old is not None}
    for row in changed:
        row.amount, row.valid_to, row.note = amounts[row.pk], wanted.period.end, ""
        row.source, row.source_status = proof["source"], proof["source_status"]
        row.recorded_by, row.recorded_at = by, now
    PayRate.objects.bulk_update(
        changed, ["amount", "valid_to", "note", "source", "source_status", "recorded_by", "recorded_at"]
    )
    PayRate.objects.bulk_create(
        PayRate(
            tariff=wanted.tariff, pay_group=cell.value.group, pay_step=cell.value.step, amount=cell.value.amount,
            valid_from=wanted.period.start, valid_to=wanted.period.end, recorded_by=by, **proof,
        )
        for cell in plan.new
    )  # fmt: skip
    return plan
