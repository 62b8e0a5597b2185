"""Dated overrides of parameters. Pure: no Django, no database, no clock.

A scenario is data: the calculation sees only what it sets to which day, never what it is called.
"""

from collections.abc import Sequence
from dataclasses import replace

from funding.calculation.inputs import Override, Parameter, ProgrammeInput
from kim.timeshare import Limit


def apply_overrides(programme: ProgrammeInput, overrides: Sequence[Override]) -> ProgrammeInput:
    """Return the inputs with every override set; what none of them names stays the law in force."""
    changed = programme
    for one in overrides:
        limit = Limit(one.last_day, one.source)
        match one.parameter:
            case Parameter.GRANT_UNTIL:
                changed = replace(changed, grant_until=limit)
            case Parameter.POSITIONS_UNTIL:
                changed = replace(changed, positions_until=limit)
            case Parameter.TOP_UP_UNTIL:
                changed = replace(changed, top_up_until={**(changed.top_up_until or {}), one.provider or "": limit})
    return changed
