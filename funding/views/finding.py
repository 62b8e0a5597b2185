"""The figure that an address on the web names, with what it is about."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from funding.addresses import address_in, figure_of, in_words, narrowing
from funding.calculation.lookup import Address
from funding.selection import Selection
from kim.figures import Figure


@dataclass(frozen=True, slots=True)
class Found:
    """A figure, its address, and what it is about beside year and scenario."""

    figure: Figure
    address: Address
    about: str

    @property
    def place(self) -> dict[str, str]:
        """The parameters of the address that narrow the figure."""
        return narrowing(self.address)


def find(request: HttpRequest, selection: Selection, key: str) -> Found:
    """Return the figure that the address names; 404 for one that does not exist in this year and scenario."""
    address = address_in(request.GET, key)
    place = (selection.state, selection.year, selection.scenario.slug)
    figure = None if address is None else figure_of(*place, address)
    if address is None or figure is None:
        raise Http404
    return Found(figure, address, in_words(*place, address))
