"""One aspect of a state after the other, taken from another state. Pure: no Django, no database, no clock.

Each function takes ``current`` and ``after`` and returns ``current`` with one aspect as ``after`` has it, everything
else untouched. They are meant for the order of ``SUBSTITUTIONS`` in ``causes``: each may rely on those before it.

Both states are matched by what stays the same when a row is edited: the reference of a position, the number of a
module, the name of a rule in its module, the reference of a material line, what an award or cap covers. A rule that
was renamed is recognised by the lines it pays for.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from funding.calculation.inputs import FundedInput, MaterialInput, ModuleInput, ProgrammeInput, RuleInput
from staffing.calculation import PositionInput
from staffing.calculation.pay.law import PayLaw

Substitution = Callable[[ProgrammeInput, ProgrammeInput], ProgrammeInput]
Pair = tuple[ModuleInput, ModuleInput]
Change = Callable[[PositionInput, PositionInput], PositionInput]


def agreement(current: ProgrammeInput, after: ProgrammeInput) -> ProgrammeInput:
    """Take pay tables, employer's rates and pay rises; what a position is paid by stays as it is."""

    def change(here: PositionInput, there: PositionInput) -> PositionInput:
        pay = here.pay if here.pay is None or there.pay is None else replace(here.pay, law=there.pay.law)
        return replace(here, rises=there.rises, pay=pay)

    return each_position(current, after, change)


def step(current: ProgrammeInput, after: ProgrammeInput) -> ProgrammeInput:
    """Take what each position is paid by: group, step and its day, the kind of basis and what is paid on top."""
    return each_position(current, after, lambda here, there: replace(here, pay=there.pay))


def with_laws_of(programme: ProgrammeInput, other: ProgrammeInput) -> ProgrammeInput:
    """Return the programme with every pay law that ``other`` has as well taken from there.

    Equal laws of two states are then one and the same, so that what was computed from one is found for the other, and
    a thousand values are compared once and not at every step.
    """
    known = {id(one.pay.law): one.pay.law for one in positions(other).values() if one.pay is not None}
    equals: dict[int, PayLaw | None] = {}

    def same(law: PayLaw | None) -> PayLaw | None:
        if id(law) not in equals:
            equals[id(law)] = next((one for one in known.values() if one is law or one == law), law)
        return equals[id(law)]

    def change(here: PositionInput, _there: PositionInput) -> PositionInput:
        return here if here.pay is None else replace(here, pay=replace(here.pay, law=same(here.pay.law)))

    return each_position(programme, programme, change) if known else programme


def positions(programme: ProgrammeInput) -> dict[str, PositionInput]:
    """Return every position of the programme by its reference."""
    return {one.position.reference: one.position for module in programme.modules for one in module.funded}


def added_and_dropped(current: ProgrammeInput, after: ProgrammeInput) -> ProgrammeInput:
    """Let exactly the positions of ``after`` exist; a new one is paid by the rule as ``current`` has it, if it does."""
    old, new = positions(current), positions(after)
    rules = _Rules(current, after)

    def change(here: ModuleInput, there: ModuleInput) -> ModuleInput:
        kept = [one for one in here.funded if one.position.reference in new]
        added = [
            replace(one, rule=rules.of_newcomer(one.rule, there.number))
            for one in there.funded
            if one.position.reference not in old
        ]
        place = {one.position.reference: index for index, one in reversed(list(enumerate(there.funded)))}
        # A position that only moves here later keeps its place behind the others.
        ordered = sorted((*kept, *added), key=lambda one: place.get(one.position.reference, len(place)))
        return replace(here, funded=tuple(ordered))

    return _each_pair(current, after, change)


def occupancy(current: ProgrammeInput, after: ProgrammeInput) -> ProgrammeInput:
    """Take share, plan period and funded times (in which module, by which rule) of every position."""
    old = positions(current)
    rules = _Rules(current, after)

    def change(here: ModuleInput, there: ModuleInput) -> ModuleInput:
        seen: Counter[tuple[str, str]] = Counter()
        funded = []
        for one in there.funded:
            key = (one.position.reference, one.rule.name)
            rule = rules.of_known(one, there.number, seen[key])
            seen[key] += 1
            position = replace(old[one.position.reference], fte=one.position.fte, period=one.position.period)
            funded.append(replace(one, position=position, rule=rule))
        return replace(here, funded=tuple(funded))

    return _each_pair(current, after, change)


def rates(current: ProgrammeInput, after: ProgrammeInput) -> ProgrammeInput:
    """Take lump sums, how a rule counts, caps and the smallest share; the times they are paid in are those of after."""

    def change(here: ModuleInput, there: ModuleInput) -> ModuleInput:
        lines = {line.reference: line for line in there.material}
        return replace(
            here,
            funded=tuple(
                replace(one, rule=other.rule) for one, other in zip(here.funded, there.funded, strict=True)
            ),
            material=tuple(_with_rate(line, lines.get(line.reference)) for line in here.material),
            caps=there.caps,
            minimum_fte=there.minimum_fte,
        )  # fmt: skip

    return _each_pair(current, after, change)


def awards(current: ProgrammeInput, after: ProgrammeInput) -> ProgrammeInput:
    """Take what the state has awarded."""
    return _each_pair(current, after, lambda here, there: replace(here, awards=there.awards))


def material(current: ProgrammeInput, after: ProgrammeInput) -> ProgrammeInput:
    """Take the material lines: which there are, what they cost, whether something pays for them."""
    return _each_pair(current, after, lambda here, there: replace(here, material=there.material))


def declared_cost(current: ProgrammeInput, after: ProgrammeInput) -> ProgrammeInput:
    """Take the personnel cost that was entered by hand."""
    return each_position(current, after, lambda here, there: replace(here, costs=there.costs))


def grant_term(current: ProgrammeInput, after: ProgrammeInput) -> ProgrammeInput:
    """Take the day the grant ends by law."""
    return replace(current, grant_until=after.grant_until, law=after.law)


def rest(current: ProgrammeInput, after: ProgrammeInput) -> ProgrammeInput:  # noqa: ARG001 - one signature
    """Take whatever is still of the other state: how part of a year counts, who employs, names, order."""
    return after


def each_position(current: ProgrammeInput, after: ProgrammeInput, change: Change) -> ProgrammeInput:
    """Change every position that both states have."""
    new = positions(after)

    def changed(one: FundedInput) -> FundedInput:
        other = new.get(one.position.reference)
        return one if other is None else replace(one, position=change(one.position, other))

    return replace(
        current,
        modules=tuple(
            replace(module, funded=tuple(changed(one) for one in module.funded)) for module in current.modules
        ),
    )


def _each_pair(
    current: ProgrammeInput, after: ProgrammeInput, change: Callable[[ModuleInput, ModuleInput], ModuleInput]
) -> ProgrammeInput:
    return replace(current, modules=tuple(change(here, there) for here, there in _pairs(current, after)))


def _pairs(current: ProgrammeInput, after: ProgrammeInput) -> Iterator[Pair]:
    """Return each module in both states, by number; the side that does not have it gets an empty one."""
    here = {module.number: module for module in current.modules}
    there = {module.number: module for module in after.modules}
    for number in sorted({*here, *there}):
        old, new = here.get(number), there.get(number)
        if old is not None:
            yield old, new or _empty(old)
        elif new is not None:
            yield _empty(new), new


def _empty(module: ModuleInput) -> ModuleInput:
    return replace(module, funded=(), material=(), caps={}, awards=())


def _with_rate(line: MaterialInput, other: MaterialInput | None) -> MaterialInput:
    """Take the amounts of the line's rule; whether a rule pays at all, and by what it counts, is the line's own."""
    if other is None or line.rule is None or other.rule is None or other.rule.basis is not line.rule.basis:
        return line
    return replace(line, rule=other.rule)


class _Rules:
    """The rules of ``current``, to be found for what ``after`` has."""

    def __init__(self, current: ProgrammeInput, after: ProgrammeInput) -> None:
        self._by_name: dict[tuple[int, str], list[RuleInput]] = defaultdict(list)
        self._of_line: dict[tuple[int, str, str], list[RuleInput]] = defaultdict(list)
        for module in current.modules:
            for line, rule in _paid(module):
                known = self._by_name[module.number, rule.name]
                if rule not in known:
                    known.append(rule)
                self._of_line[module.number, line, rule.name].append(rule)
        self._old_names = _renamed(current, after)

    def of_newcomer(self, rule: RuleInput, number: int) -> RuleInput:
        """Return the rule that pays for a new position as it stands now; its own where there is none yet."""
        known = self._by_name.get((number, self._old_name(number, rule.name)), [])
        return rule if rule in known or not known else known[0]

    def of_known(self, one: FundedInput, number: int, place: int) -> RuleInput:
        """Return the rule as it stands now for the time ``place`` that it pays for a position."""
        name = self._old_name(number, one.rule.name)
        found = self._of_line.get((number, one.position.reference, name), [])
        return found[min(place, len(found) - 1)] if found else self.of_newcomer(one.rule, number)

    def _old_name(self, number: int, name: str) -> str:
        return self._old_names.get((number, name), name)


def _paid(module: ModuleInput) -> Iterator[tuple[str, RuleInput]]:
    """Return what each line of a module is paid by, with the reference of the line."""
    for one in module.funded:
        yield one.position.reference, one.rule
    for line in module.material:
        if line.rule is not None:
            yield line.reference, line.rule


def _renamed(current: ProgrammeInput, after: ProgrammeInput) -> Mapping[tuple[int, str], str]:
    """Return the old name of each rule that has another one in ``after``.

    A name that is gone and a name that is new are the same rule when they pay for a common line of the module and
    neither could be anything else.
    """
    found: dict[tuple[int, str], str] = {}
    for here, there in _pairs(current, after):
        old, new = _by_rule(here), _by_rule(there)
        gone = {name: lines for name, lines in old.items() if name not in new}
        come = {name: lines for name, lines in new.items() if name not in old}
        for name, lines in come.items():
            before = [one for one, others in gone.items() if lines & others]
            if len(before) == 1 and sum(1 for others in come.values() if others & gone[before[0]]) == 1:
                found[here.number, name] = before[0]
    return found


def _by_rule(module: ModuleInput) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for line, rule in _paid(module):
        found[rule.name].add(line)
    return found
