"""Forms of questions and answers: plain text, bounded, without signs that nobody sees."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.models.question import HIDDEN_SIGNS, MOST_OF_A_QUESTION, MOST_OF_AN_ANSWER

_HIDDEN = re.compile(HIDDEN_SIGNS)


class PlainTextField(forms.CharField):
    """Several lines of text; line ends are counted and kept as one sign each."""

    def __init__(self, *, most: int, **options: Any) -> None:
        """Build the field; a browser would cut a longer text silently, so it is not told the limit."""
        widget = forms.Textarea(attrs={"rows": 5})
        self.most = most
        super().__init__(widget=widget, strip=True, **options)

    def to_python(self, value: Any) -> str:
        """Return the text with plain line ends."""
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        """Refuse what is empty, too long, or not to be seen."""
        super().validate(value)
        if len(value) > self.most:
            message = _("Der Text hat %(found)s Zeichen; möglich sind höchstens %(most)s. Bitte kürzen.") % {
                "found": len(value),
                "most": self.most,
            }
            raise ValidationError(message, code="max_length")
        if _HIDDEN.search(value):
            message = _("Der Text enthält Zeichen, die niemand sieht. Bitte neu eingeben.")
            raise ValidationError(message, code="hidden_signs")


class QuestionForm(forms.Form):
    """A question; ``shown`` is the amount the page had, so that nobody asks about a number that has moved."""

    text = PlainTextField(
        label=gettext_lazy("Ihre Frage"),
        most=MOST_OF_A_QUESTION,
        help_text=gettext_lazy(
            "Höchstens 2.000 Zeichen. Wer diese Zahl lesen darf, sieht auch die Frage; bitte keine Namen von Personen."
        ),
        error_messages={"required": gettext_lazy("Bitte eine Frage eingeben.")},
    )
    shown = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """An answer; ``seen`` says which answer the page had, so that a second one does not overwrite the first."""

    answer = PlainTextField(
        label=gettext_lazy("Antwort"),
        most=MOST_OF_AN_ANSWER,
        help_text=gettext_lazy("Höchstens 4.000 Zeichen. Alle, die diese Zahl lesen dürfen, sehen die Antwort."),
        error_messages={"required": gettext_lazy("Bitte eine Antwort eingeben.")},
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
