"""What changes several pay rows at once."""

from django.db import connection

from staffing.models import (
    Allowance,
    AnnualBonus,
    PayRate,
    SocialInsuranceRate,
    StepDuration,
    SupplementaryPension,
)

PAY_MODELS = (PayRate, StepDuration, Allowance, AnnualBonus, SocialInsuranceRate, SupplementaryPension)


def hold_pay_rows() -> None:
    """Keep other writers of pay rows waiting until the transaction ends; readers go on.

    What is decided here rests on all rows of a table at once, and locks on rows would not stop new ones.
    """
    with connection.cursor() as cursor:
        names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in PAY_MODELS)
        cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
