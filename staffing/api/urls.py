"""Addresses below ``/api/v1/`` about pay."""

from django.urls import path

from staffing.api.pay_costs import PayCostsView

urlpatterns = [path("pay-costs/", PayCostsView.as_view(), name="api-pay-costs")]
