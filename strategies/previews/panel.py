"""What the page of a pack shows beside the form of its preview: an answer, or why there is none."""

from urllib.parse import urlencode

from django.urls import reverse

from strategies.engine.template import Value
from strategies.models import Pack, PackPreview
from strategies.packs.forms import initial_of
from strategies.previews import queue
from strategies.previews.display import preview_context
from strategies.previews.forms import BETWEEN, PreviewForm

Context = dict[str, object]


def panel_context(form: PreviewForm) -> Context:
    """The answer to the question in a form, where there is one; nothing is started."""
    context: Context = {"preview_form": form, "pack": form.pack}
    question = form.question()
    if question is None:
        return context
    found = queue.find(form.pack, question)
    context["asked"] = question
    return context | (answer_context(found) if found else {})


def answer_context(preview: PackPreview) -> Context:
    """The answer, and how its parameters compare with those stored."""
    pack = preview.pack
    return {
        "pack": pack,
        "is_stored": preview.parameters == pack.parameters,
        "keep_url": _address(pack, "parameters", typed(preview.parameters)),
        **preview_context(preview),
    }


def typed(parameters: dict[str, Value]) -> dict[str, str]:
    """Parameters as an address carries them."""
    shown = {name: "on" if value is True else value for name, value in parameters.items()}
    return {name: str(value) for name, value in initial_of(shown).items() if value is not False}


def page_of(preview: PackPreview) -> str:
    """The page that asks exactly this."""
    series = {
        "bars": f"{preview.data_source}{BETWEEN}{preview.symbol}",
        "timeframe": preview.timeframe,
        "trading_session": preview.trading_session,
        "days": str(preview.days),
        "direction": preview.direction,
    }
    return _address(preview.pack, "preview", typed(preview.parameters) | series)


def form_address(form: PreviewForm) -> str:
    """The page of a pack that shows a form as it stands."""
    return _address(form.pack, "preview", form.address())


def _address(pack: Pack, tab: str, values: dict[str, str]) -> str:
    page = reverse("strategies:pack-detail", args=[pack.pk])
    return f"{page}?{urlencode({'tab': tab, **values})}"
