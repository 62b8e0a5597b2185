"""Accounts and tokens, and what rows with a source say about themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser

from kim.figures import Source, Status
from kim.models import ApiToken, User
from kim.roles import Role, may_administer, may_edit, may_read
from tests.funding.rows import api_token, position_cost, saved

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture
def people(ayse: User, bernd: User, carla: User, administrator: User) -> dict[str, User]:
    return {"ayse": ayse, "bernd": bernd, "carla": carla, "administrator": administrator}


def test_who_may_do_what(people: dict[str, User]) -> None:
    may = {name: (may_read(user), may_edit(user), may_administer(user)) for name, user in people.items()}
    assert may == {
        "ayse": (True, True, False),
        "bernd": (True, False, False),
        "carla": (False, False, False),
        "administrator": (True, True, True),
    }
    stranger = AnonymousUser()
    assert (may_read(stranger), may_edit(stranger), may_administer(stranger)) == (False, False, False)


def test_a_closed_account_may_nothing(people: dict[str, User]) -> None:
    for user in people.values():
        user.is_active = False
        assert (may_read(user), may_edit(user), may_administer(user)) == (False, False, False)


def test_a_new_account_has_no_role() -> None:
    assert User().role == Role.NONE


def test_roles_in_words(people: dict[str, User]) -> None:
    assert {name: user.role_label for name, user in people.items()} == {
        "ayse": "Finanzverwaltung (lesen und erfassen)",
        "bernd": "Gremium (lesen und fragen)",
        "carla": "keine Rolle",
        "administrator": "Administration",
    }


def test_everybody_of_the_tests_can_sign_in(
    ayse_client: Client, bernd_client: Client, carla_client: Client, administrator_client: Client
) -> None:
    clients = (ayse_client, bernd_client, carla_client, administrator_client)
    users = [User.objects.get(pk=client.session["_auth_user_id"]).username for client in clients]
    assert users == ["ayse", "bernd", "carla", "administrator"]


@pytest.mark.django_db
def test_a_token_shows_its_name_and_nothing_else() -> None:
    token = saved(api_token())
    assert str(token) == token.name


@pytest.mark.django_db
def test_of_a_token_only_a_digest_is_stored(ayse: User) -> None:
    row, secret = ApiToken.objects.create(ayse, name="Haushaltsplan")
    stored = {str(value) for value in ApiToken.objects.filter(pk=row.pk).values().get().values()}
    assert not any(secret in value for value in stored)


@pytest.mark.django_db
def test_a_row_names_its_source_its_place_and_the_office_but_no_person(ayse: User) -> None:
    with time_machine.travel("2022-01-27 23:30:00+01:00", tick=False):
        row = position_cost()
        row.source, row.source_status, row.note, row.recorded_by = "Bescheid", "inferred", "Seite 3", ayse
        row.save()
    assert row.as_source() == Source(
        "Bescheid", Status.INFERRED, "Seite 3", f"staffing.PositionCost#{row.pk}", "Finanzverwaltung", "2022-01-27"
    )
    row.recorded_by = None
    assert row.as_source().recorded_by == "Grunddaten des Programms"
