"""Every page with data, without data and after an error."""

import pytest
from django.urls import reverse

from webhooks.forms import EndpointForm
from webhooks.models import Endpoint, Template
from webhooks.testing import make_delivery, make_endpoint, make_template

pytestmark = pytest.mark.django_db
DEFAULT_ID = "tpl_default_ttp_market_buy"
FORM = {
    "name": "Bot",
    "url": "http://127.0.0.1:9000/hook",
    "profile": "order",
    "ttl_seconds": "300",
    "rate_per_second": "10",
    "events": ["entry_long", "exit_long"],
    "template": "",
    "payload_template": "",
    "header_lines": "",
}


@pytest.fixture
def page(client, alice):
    client.force_login(alice)
    return client


@pytest.mark.parametrize(
    "name", ["endpoint-list", "endpoint-create", "delivery-list", "template-list",
             "template-create", "echo-page", "echo-messages"]
)  # fmt: skip
def test_page_without_data_answers(page, name):
    assert page.get(reverse(f"webhooks:{name}")).status_code == 200


def test_endpoint_pages_show_the_log_and_hide_the_secret(page, alice):
    endpoint = make_endpoint(alice, extra_headers={"Authorization": "Bearer abc123"})
    make_delivery(endpoint, state="failed", reason="The receiver answered 500")
    html = page.get(reverse("webhooks:endpoint-detail", args=[endpoint.code])).content.decode()
    assert "The receiver answered 500" in html
    assert endpoint.secret not in html
    assert "abc123" not in html


def test_secret_is_shown_on_request(page, alice):
    endpoint = make_endpoint(alice)
    url = reverse("webhooks:secret-show", args=[endpoint.code])
    assert endpoint.secret in page.post(url).content.decode()
    answer = page.post(url, headers={"HX-Request": "true"})
    assert endpoint.secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_saving_the_form_creates_an_endpoint_with_encrypted_parts(page, alice):
    data = {**FORM, "header_lines": "Authorization: Bearer abc\nX-Team: 7"}
    page.post(reverse("webhooks:endpoint-create"), data)
    endpoint = Endpoint.objects.get(user=alice)
    assert endpoint.extra_headers == {"Authorization": "Bearer abc", "X-Team": "7"}
    raw = Endpoint.objects.filter(pk=endpoint.pk).extra(select={"raw": "url"})
    assert endpoint.events == ["entry_long", "exit_long"]
    assert raw.values_list("raw", flat=True)[0] != endpoint.url


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"url": "http://10.0.0.1/hook"}, "must begin with https"),
        ({"url": "https://10.0.0.1/hook"}, "private or reserved network"),
        ({"url": "https://169.254.169.254/latest"}, "private or reserved network"),
        ({"payload_template": "{not json"}, "not JSON"),
        ({"payload_template": '{"s": "{{symbl}}"}'}, "Did you mean {{symbol}}?"),
        ({"header_lines": "Host: evil"}, "set by the sender"),
        ({"header_lines": "no colon"}, "has no colon"),
        ({"events": []}, "Choose at least one event"),
        ({"ttl_seconds": "5"}, "greater than or equal to 10"),
        ({"ttl_seconds": "3601"}, "less than or equal to 3600"),
        ({"subjects": ["strategy:99"]}, "strategy:99"),
    ],
)
def test_bad_input_is_refused_in_plain_words_and_kept(page, change, message):
    answer = page.post(reverse("webhooks:endpoint-create"), {**FORM, **change})
    assert answer.status_code == 422
    text = answer.content.decode().replace("&#x27;", "'")
    assert message in text
    assert Endpoint.objects.count() == 0


def test_form_leaves_what_a_sender_writes_meanwhile(alice):
    endpoint = make_endpoint(alice)
    form = EndpointForm(alice, {**FORM, "name": "New"}, instance=endpoint)
    assert form.is_valid()
    Endpoint.objects.update(secret="rotated", is_enabled=False, n_failures_in_row=9)
    form.save()
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.secret) == ("New", "rotated")
    assert (endpoint.is_enabled, endpoint.n_failures_in_row) == (False, 9)


def test_editing_keeps_the_secret_and_the_sequence(page, alice):
    endpoint = make_endpoint(alice)
    secret = endpoint.secret
    page.post(reverse("webhooks:endpoint-edit", args=[endpoint.code]), {**FORM, "name": "New"})
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.secret) == ("New", secret)


def test_switching_off_skips_what_waits_and_on_clears_the_failures(page, alice):
    endpoint = make_endpoint(alice, n_failures_in_row=7)
    delivery = make_delivery(endpoint)
    url = reverse("webhooks:endpoint-toggle", args=[endpoint.code])
    page.post(url)
    delivery.refresh_from_db()
    assert delivery.state == "skipped"
    page.post(url)
    endpoint.refresh_from_db()
    assert endpoint.is_enabled
    assert endpoint.n_failures_in_row == 0


def test_deleting_asks_first_and_names_what_is_lost(page, alice):
    endpoint = make_endpoint(alice)
    make_delivery(endpoint)
    url = reverse("webhooks:endpoint-delete", args=[endpoint.code])
    assert "log of 1 delivery" in page.get(url).content.decode()
    page.post(url)
    assert Endpoint.objects.count() == 0


def test_lost_exit_is_prominent_on_the_list(page, alice):
    make_delivery(make_endpoint(alice), is_exit=True, state="expired", reason="session closed")
    html = page.get(reverse("webhooks:endpoint-list")).content.decode()
    assert "An exit did not arrive" in html


def test_log_filters_by_state_and_event(page, alice):
    endpoint = make_endpoint(alice)
    failed = make_delivery(endpoint, state="failed")
    waiting = make_delivery(endpoint, summary="still on its way")
    html = page.get(reverse("webhooks:delivery-list"), {"state": "failed"}).content.decode()
    assert str(failed.code) in html
    assert str(waiting.code) not in html


def test_list_pages_take_few_queries(page, alice, django_assert_max_num_queries):
    for number in range(12):
        make_delivery(make_endpoint(alice, name=f"Bot {number}"))
    for name in ("endpoint-list", "delivery-list", "template-list"):
        with django_assert_max_num_queries(15):
            page.get(reverse(f"webhooks:{name}"))


def test_preview_shows_the_body_or_the_reason(page):
    url = reverse("webhooks:payload-preview")

    def preview(**data):
        return page.post(url, {"events": ["entry_long"], **data}).content.decode()

    assert "&quot;q&quot;: 40" in preview(payload_template='{"q": {{quantity}}}')
    assert "Unknown placeholder" in preview(payload_template="{{nonsense}}")
    chosen = preview(template=DEFAULT_ID, payload_template="")
    assert "&quot;action&quot;: &quot;buy&quot;" in chosen
    for unknown in ("", "tpl_gone", "a\0b"):
        default = preview(template=unknown, payload_template="")
        assert "ENTRY SIGNAL: SPY LONG" in default
    assert "Tick an event" in preview(events=["nonsense"])


def test_default_template_is_read_only_and_copied(page, alice):
    url = reverse("webhooks:template-detail", args=[DEFAULT_ID])
    page.post(url, {"name": "Mine now", "category": "x", "payload_template": "{}"})
    assert Template.objects.get(pk=DEFAULT_ID).name == "Market buy"
    page.post(reverse("webhooks:template-copy", args=[DEFAULT_ID]))
    copy = Template.objects.get(user=alice)
    assert copy.name == "Market buy (copy)"
    assert copy.pk.startswith("tpl_")
    delete = reverse("webhooks:template-delete", args=[DEFAULT_ID])
    assert page.post(delete).status_code == 404


def test_template_in_use_is_not_deleted(page, alice):
    template = make_template(alice)
    make_endpoint(alice, template=template)
    page.post(reverse("webhooks:template-delete", args=[template.pk]))
    assert Template.objects.filter(pk=template.pk).exists()


def test_template_form_saves_and_refuses(page, alice):
    url = reverse("webhooks:template-create")
    bad = {"name": "T", "category": "", "payload_template": "nope"}
    assert page.post(url, bad).status_code == 422
    page.post(url, {**bad, "payload_template": '{"a": {{atr}}}'})
    assert Template.objects.get(user=alice).payload_template == '{"a": {{atr}}}'
