"""Filters and ordering of lists; an unknown parameter is refused instead of being ignored."""

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.filters import OrderingFilter


class Filters(DjangoFilterBackend):
    """Filters by the fields a view names in ``filterset_fields``."""


class Ordering(OrderingFilter):
    """``ordering=field`` or ``ordering=-field`` over the fields a view names."""

    ordering_param = "ordering"
