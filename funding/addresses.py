"""Where a figure is found: the narrowing of an address on the web, read, written and said in words."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from funding.calculation import coverage
from funding.calculation.lookup import Address, figure_at
from funding.calculation.scenarios import apply_overrides
from funding.models import Covers
from funding.risk import RISK_KEYS, risk_figures
from funding.selectors import ProgrammeState
from kim.figures import Figure

NARROWING = ("funding_module", "provider", "line", "rule", "part")
# No module has a longer number, and Python refuses to read numbers of thousands of digits.
DIGITS_OF_A_MODULE = 4


def address_in(query: Mapping[str, str], key: str) -> Address | None:
    """Read what narrows a figure; None for a number of a module that is none."""
    module = query.get("funding_module", "")
    if module and not (module.isascii() and module.isdigit() and len(module) <= DIGITS_OF_A_MODULE):
        return None
    return Address(
        key,
        int(module) if module else None,
        *(query.get(name, "") for name in NARROWING[1:]),
    )


def narrowing(address: Address) -> dict[str, str]:
    """Return the parameters that say on the web what narrows the figure; those that say nothing are left out."""
    found = {name: getattr(address, name) for name in NARROWING}
    return {name: str(value) for name, value in found.items() if value not in {None, ""}}


def figure_of(state: ProgrammeState, year: int, scenario: str, address: Address) -> Figure | None:
    """Return the figure at an address, or None; raises ``KimError`` for a year or scenario that does not exist."""
    figures = state.figures(year, scenario)
    if address.key in RISK_KEYS and not narrowing(address):
        return risk_figures(state, year)[address.key]
    if address.key in coverage.KEYS:
        return _of_coverage(state.coverage(year, scenario), address)
    inputs = apply_overrides(state.inputs, state.scenario(scenario).overrides)
    return figure_at(inputs, figures, address)


def _of_coverage(found: coverage.Coverage, address: Address) -> Figure | None:
    """Return a figure of lump sums against real cost; of a position that moved, the module says which of its lines."""
    module = "" if address.funding_module is None else str(address.funding_module)
    if address.rule or address.part or (address.provider and (address.line or module)):
        return None
    covers: Iterable[coverage.Cover]
    if address.line:
        covers = [one for one in found.positions if one.reference == address.line and module in {"", str(one.module)}]
    elif address.provider:
        covers = [one for one in found.providers if one.reference == address.provider]
    elif module:
        covers = [one for one in found.modules if one.reference == module]
    else:
        covers = [found.total]
    return next((one.figures[address.key] for one in covers if address.key in one.figures), None)


def in_words(state: ProgrammeState, year: int, scenario: str, address: Address) -> str:
    """Say what narrows a figure; empty for one of the whole programme."""
    if address.key in RISK_KEYS and not narrowing(address):
        return _("nach geltendem Recht, daneben die Annahme, dass das Land weiterzahlt")
    if address.key in coverage.KEYS and not narrowing(address):
        return _("Alle Stellen")
    figures = state.figures(year, scenario)
    parts = []
    if address.funding_module is not None:
        names = {module.number: module.name for module in figures.modules}
        parts.append(
            _("Förderbaustein %(number)s, %(name)s")
            % {"number": address.funding_module, "name": names.get(address.funding_module, "?")}
        )
    if address.provider:
        providers = {one.provider.slug: one.provider.name for one in figures.providers}
        parts.append(providers.get(address.provider, address.provider))
    if address.line:
        lines = {
            line.reference: line.title for module in figures.modules for line in (*module.positions, *module.material)
        }
        parts.append(lines.get(address.line, address.line))
    if address.rule:
        parts.append(_("Förderregel „%(rule)s“") % {"rule": address.rule})
    if address.part:
        parts.append(str(dict(Covers.choices).get(address.part, address.part)))
    return " · ".join(parts)
