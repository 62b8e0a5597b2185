"""What the product refuses, and why. Pure: no Django, no database, no clock.

Every error carries a German sentence (what is wrong, with the value, and what to do) and the data
that made it, so that a page can put it at the field and REST can answer it with a code.
"""


class KimError(Exception):
    """Base of all refusals: ``message`` is shown to the user, ``data`` names the values.

    Messages repeat what somebody typed or put in an address, so what a reader cannot see is replaced in them: a null
    byte is an error in any page, and a mark for writing from right to left turns the rest of the sentence around.
    """

    code = "refused"

    def __init__(self, message: str, **data: object) -> None:
        """Keep the sentence and the values that led to it."""
        self.message = "".join(
            one if one.isprintable() or one.isspace() else "\N{REPLACEMENT CHARACTER}" for one in message
        )
        super().__init__(self.message)
        self.data = data


class AmountError(KimError):
    """An amount that is no exact number of cents, or not a number at all."""

    code = "invalid_amount"


class FigureError(KimError):
    """A figure that does not follow from its inputs, or mixes units, or lacks a source."""

    code = "invalid_figure"


class PeriodError(KimError):
    """A date, period or fiscal year outside what the calculation knows."""

    code = "invalid_period"


class RuleError(KimError):
    """Inputs that a grant rule cannot be applied to."""

    code = "invalid_rule"


class EnvironmentValueError(KimError):
    """A setting of the environment that is missing or malformed; the start stops."""

    code = "invalid_environment"


class ServiceUnavailableError(KimError):
    """Something the product needs (database, folder, port) cannot be had."""

    code = "unavailable"
