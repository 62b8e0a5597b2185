"""Every form reads the same: label, hint, field, error beside it, and a summary that leads there."""

from html.parser import HTMLParser

from django import forms
from django.template import Context, Template

from kim.forms import SignInForm

Attributes = dict[str, str | None]


class Stelle(forms.Form):
    title = forms.CharField(label="Stelle", help_text="Ohne Namen von Personen", max_length=30)
    note = forms.CharField(label="Anmerkung", required=False, widget=forms.Textarea)
    provider = forms.ChoiceField(label="Träger", choices=[("", "–"), ("a", "AWO")])
    basis = forms.ChoiceField(label="Grundlage", choices=[("e", "Eingabe"), ("t", "Tabelle")], widget=forms.RadioSelect)
    lapses = forms.BooleanField(label="kw-Vermerk")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> None:
        if self.data.get("title") == "doppelt":
            self.add_error(None, "Diese Stelle gibt es schon.")


class Page(HTMLParser):
    """All elements of a page with their attributes, and all of its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(data.strip())

    def with_attribute(self, name: str, tag: str = "") -> list[Attributes]:
        return [attributes for one, attributes in self.elements if name in attributes and one == (tag or one)]

    def field(self, name: str) -> Attributes:
        return next(attributes for attributes in self.with_attribute("name") if attributes["name"] == name)


def show(form: forms.Form) -> Page:
    return Page(Template("<form>{{ form }}</form>").render(Context({"form": form})))


def test_an_empty_form_has_labels_hints_and_no_alarm() -> None:
    page = show(Stelle())
    fields = {str(one["id"]) for one in page.with_attribute("name") if one.get("type") != "hidden"}
    assert {str(one["for"]) for one in page.with_attribute("for", "label")} == fields
    assert page.field("title")["aria-describedby"] == "id_title_helptext"
    assert page.with_attribute("role") == []
    assert "(freiwillig)" in page.words


def test_errors_stand_at_the_field_and_in_the_summary() -> None:
    page = show(Stelle({"title": "doppelt" * 9, "note": "<b>", "version": "1"}))
    assert [one["role"] for one in page.with_attribute("role")] == ["alert"]
    targets = [str(one["href"]).removeprefix("#") for one in page.with_attribute("href", "a")]
    assert targets == ["id_title", "id_provider", "id_basis", "id_lapses"]
    identifiers = [str(one["id"]) for one in page.with_attribute("id")]
    assert len(identifiers) == len(set(identifiers))
    assert set(targets) <= set(identifiers)
    described = {
        name for one in page.with_attribute("aria-describedby") for name in str(one["aria-describedby"]).split()
    }
    assert described == {
        "id_title_helptext",
        "id_title_error",
        "id_provider_error",
        "id_basis_error",
        "id_lapses_error",
    }
    assert described <= set(identifiers)
    # What was typed is still there, harmless.
    assert "<b>" in page.words
    assert page.field("title")["value"] == "doppelt" * 9


def test_errors_of_the_whole_form_come_first() -> None:
    page = show(Stelle({"title": "doppelt", "provider": "a", "basis": "e", "lapses": "on", "version": "x"}))
    assert page.words[1:3] == [
        "Diese Stelle gibt es schon.",
        "(Verstecktes Feld version) Bitte eine ganze Zahl eingeben.",
    ]


def test_widgets_take_the_classes_of_the_design_system() -> None:
    page = show(Stelle({}))
    classes = {name: page.field(name)["class"] for name in ("title", "note", "provider", "basis", "lapses")}
    assert classes == {
        "title": "kern-form-input__input kern-form-input__input--error",
        "note": "kern-form-input__input",
        "provider": "kern-form-input__select kern-form-input__select--error",
        "basis": "kern-form-check__radio kern-form-check__radio--error",
        "lapses": "kern-form-check__checkbox kern-form-check__checkbox--error",
    }


def test_a_chosen_radio_stays_chosen() -> None:
    page = show(Stelle({"basis": "t"}))
    radios = [(one["value"], "checked" in one) for one in page.with_attribute("name") if one["name"] == "basis"]
    assert radios == [("e", False), ("t", True)]


def test_the_sign_in_does_not_jump_over_the_skip_link() -> None:
    page = show(SignInForm())
    assert page.with_attribute("autofocus") == []
    completions = {str(one["name"]): one["autocomplete"] for one in page.with_attribute("autocomplete")}
    assert completions == {"username": "username", "password": "current-password"}


def test_no_autofocus_from_foreign_forms_either() -> None:
    class Foreign(forms.Form):
        name = forms.CharField(widget=forms.TextInput(attrs={"autofocus": True, "class": "own"}))

    field = show(Foreign()).field("name")
    assert ("autofocus" in field, field["class"]) == (False, "own kern-form-input__input")


def test_no_inline_style_and_no_script() -> None:
    page = show(Stelle({}))
    names = {name for _tag, attributes in page.elements for name in attributes}
    assert {name for name in names if name == "style" or name.startswith("on")} == set()
    assert {tag for tag, _attributes in page.elements} & {"script", "style"} == set()
