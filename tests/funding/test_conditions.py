"""An award beside the rule it replaces; material lines by form."""

import pytest
from django.test import Client

from funding.models import FundingModule, GrantAward, GrantRule, MaterialLine
from funding.selectors import programme_state
from staffing.models import Provider

CONDITIONS = "/programme/kim-nrw/foerderung/"
AWARD = {
    "award_date": "27.01.2022",
    "covers": "positions",
    "period_start": "01.01.2022",
    "period_end": "31.12.2022",
    "source": "Bescheid vom 27.01.2022",
    "source_status": "verified",
}


@pytest.mark.django_db
@pytest.mark.usefixtures("founding_case")
def test_an_award_overrides_the_rule_and_both_are_shown_with_the_difference(ayse_client: Client) -> None:
    module = FundingModule.objects.get(number=2)

    saved = ayse_client.post(
        f"{CONDITIONS}bescheid/neu/", {**AWARD, "funding_module": module.pk, "amount": "270.000,00"}
    )
    page = ayse_client.get(CONDITIONS)
    state = programme_state("kim-nrw")

    assert state is not None
    assert [saved.status_code, str(state.figures(2022).figures["shortfall"].amount)] == [302, "341657.24"]
    assert [(str(award.amount), str(rule), str(difference)) for award, rule, difference in page.context["awards"]] == [
        ("None", "None", "None"),
        ("270000.00", "275000.00", "-5000.00"),
    ]
    assert "nach der Regel 275.000,00 €, Unterschied −5.000,00 €" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("founding_case")
def test_an_amending_award_leaves_the_amended_one_readable(ayse_client: Client) -> None:
    form = {**AWARD, "funding_module": FundingModule.objects.get(number=2).pk}
    ayse_client.post(f"{CONDITIONS}bescheid/neu/", {**form, "amount": "270.000,00"})
    first = GrantAward.objects.get(amount="270000.00")

    refused = ayse_client.post(f"{CONDITIONS}bescheid/neu/", {**form, "amount": "280.000,00"})
    saved = ayse_client.post(f"{CONDITIONS}bescheid/neu/", {**form, "amount": "280.000,00", "amends": first.pk})

    assert [refused.status_code, saved.status_code] == [422, 302]
    found = GrantAward.objects.filter(amount__isnull=False).order_by("pk")
    assert [(str(one.amount), one.is_superseded) for one in found] == [("270000.00", True), ("280000.00", False)]


@pytest.mark.django_db
@pytest.mark.usefixtures("founding_case")
def test_a_material_line_takes_only_a_rule_that_counts_as_it_does(ayse_client: Client) -> None:
    module = FundingModule.objects.get(number=1)
    line = {
        "funding_module": module.pk,
        "kind": "measures",
        "name": "Fachtag",
        "provider": Provider.objects.get(slug="ki").pk,
    }
    per_fte = GrantRule.objects.create(funding_module=module, name="Tagung", basis="material_per_fte")

    refused = ayse_client.post(f"{CONDITIONS}sachkosten/neu/", {**line, "grant_rule": per_fte.pk})
    saved = ayse_client.post(f"{CONDITIONS}sachkosten/neu/", line)

    assert [refused.status_code, refused.context["form"].errors["grant_rule"], saved.status_code] == [
        422,
        ["Diese Förderregel passt nicht dazu, wie die Sachkosten gezählt werden."],
        302,
    ]
    state = programme_state("kim-nrw")
    assert state is not None
    # A line without an amount is unknown, and the year says so.
    assert [state.figures(2022).missing, MaterialLine.objects.get(name="Fachtag").grant_rule] == [("Fachtag",), None]
