import re

import pytest

from accounts.models import ApiKey, UserSettings

pytestmark = pytest.mark.django_db


@pytest.fixture
def logged_in(client, alice):
    client.force_login(alice)
    return client


def test_a_visitor_is_sent_to_the_login(client):
    answer = client.get("/settings/")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/settings/"


def test_page_shows_the_stored_preferences(logged_in, alice):
    UserSettings.objects.filter(user=alice).update(display_timezone="Europe/Berlin")
    page = logged_in.get("/settings/").content.decode()
    assert '<option value="Europe/Berlin" selected>' in page


def test_display_is_saved(logged_in, alice):
    form = {"display_timezone": "UTC", "theme": "dark", "chart_visible_candles": "400"}
    answer = logged_in.post("/settings/display/", form)
    assert answer.status_code == 302
    row = UserSettings.objects.get(user=alice)
    assert (row.display_timezone, row.theme, row.chart_visible_candles) == ("UTC", "dark", 400)


def test_an_unknown_zone_is_refused_and_the_rest_is_kept(logged_in, alice):
    form = {"display_timezone": "Mars/Base", "theme": "dark", "chart_visible_candles": "50"}
    answer = logged_in.post("/settings/display/", form)
    assert answer.status_code == 422
    assert '<option value="dark" selected>' in answer.content.decode()
    assert UserSettings.objects.get(user=alice).theme == "system"


@pytest.mark.parametrize(
    ("method", "amount", "stored"),
    [
        ("atr", "2", {"method": "atr", "atr_mult": 2.0}),
        ("fixed_dollar", "0.5", {"method": "fixed_dollar", "dollar_amount": 0.5}),
        ("percentage", "1", {"method": "percentage", "percentage": 1.0}),
        ("swing", "7", {"method": "swing", "lookback": 7, "padding": 0.05}),
    ],
)
def test_default_stop_is_saved_in_the_form_of_a_strategy(logged_in, alice, method, amount, stored):
    form = {"stop_method": method, "stop_amount": amount}
    assert logged_in.post("/settings/defaults/", form).status_code == 302
    row = UserSettings.objects.get(user=alice)
    assert row.default_stop_config == stored
    assert row.default_target_config is None


def test_a_stop_outside_its_limits_is_explained(logged_in, alice):
    form = {"stop_method": "atr", "stop_amount": "9"}
    answer = logged_in.post("/settings/defaults/", form)
    assert answer.status_code == 422
    assert "ATR multiple must lie between 0.5 and 5." in answer.content.decode()
    assert UserSettings.objects.get(user=alice).default_stop_config["atr_mult"] == 1.5


def test_half_a_bar_is_refused(logged_in):
    form = {"stop_method": "swing", "stop_amount": "4.5"}
    answer = logged_in.post("/settings/defaults/", form)
    assert "must be a whole number" in answer.content.decode()


def test_default_target_is_saved(logged_in, alice):
    form = {
        "stop_method": "atr",
        "stop_amount": "1.5",
        "target_method": "risk_reward",
        "target_amount": "3",
    }
    logged_in.post("/settings/defaults/", form)
    stored = UserSettings.objects.get(user=alice).default_target_config
    assert stored == {"method": "risk_reward", "rr_ratio": 3.0}


COSTS = {"plan": "ibkr_fixed", "spread": "small"}


def test_costs_of_new_strategies_are_saved(logged_in, alice):
    assert logged_in.post("/settings/costs/", COSTS).status_code == 302
    stored = UserSettings.objects.get(user=alice).default_costs_config
    assert stored == {**COSTS, "us_fees": False, "own": {}}
    page = logged_in.get("/settings/").content.decode()
    assert '<option value="ibkr_fixed" selected>' in page


def test_own_figures_of_costs_are_saved_and_kept(logged_in, alice):
    own = {"plan": "own", "spread": "none", "commission_per_order": "2.5", "us_fees": "on"}
    logged_in.post("/settings/costs/", own)
    logged_in.post("/settings/costs/", {**own, "plan": "none"})
    stored = UserSettings.objects.get(user=alice).default_costs_config
    assert stored["own"] == {"commission_per_order": 2.5}
    assert (stored["plan"], stored["us_fees"]) == ("none", True)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"plan": "own"}, "Enter at least one figure"),
        ({"plan": "bribery"}, "Select a valid choice"),
        ({"plan": "own", "commission_per_share": "-1"}, "greater than or equal to 0"),
        ({"plan": "own", "commission_per_share": "nan"}, "Enter a number"),
    ],
)
def test_costs_that_make_no_sense_are_refused_and_nothing_is_written(
    logged_in, alice, changes, text
):
    answer = logged_in.post("/settings/costs/", {**COSTS, **changes})
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert UserSettings.objects.get(user=alice).default_costs_config["plan"] == "alpaca"


def test_profile_name_is_saved(logged_in, alice):
    logged_in.post("/settings/profile/", {"name": "Alice"})
    alice.refresh_from_db()
    assert alice.name == "Alice"


@pytest.mark.parametrize(
    ("sent", "theme", "sound"),
    [
        ({"theme": "light"}, "light", False),
        ({"alert_sound": "true"}, "system", True),
        ({}, "system", False),
    ],
)
def test_a_switch_changes_only_its_preference(logged_in, alice, sent, theme, sound):
    assert logged_in.post("/settings/preference/", sent).status_code == 204
    row = UserSettings.objects.get(user=alice)
    assert (row.theme, row.alert_sound) == (theme, sound)


def test_a_theme_nobody_made_is_refused(logged_in):
    assert logged_in.post("/settings/preference/", {"theme": "sepia"}).status_code == 422


def test_page_works_for_a_user_without_a_settings_row(logged_in, alice):
    UserSettings.objects.filter(user=alice).delete()
    assert logged_in.get("/settings/").status_code == 200


def test_page_needs_few_queries(logged_in, alice, django_assert_max_num_queries):
    for number in range(15):
        ApiKey.objects.create(user=alice, name=f"key {number}", digest=str(number), prefix="ror_")
    for path in ("/settings/", "/settings/keys/"):
        with django_assert_max_num_queries(14):
            logged_in.get(path)


HTMX = {"HX-Request": "true"}
DISPLAY = {"display_timezone": "UTC", "theme": "dark", "chart_visible_candles": "400"}


def test_a_form_is_saved_by_itself_and_answers_with_itself(logged_in, alice):
    answer = logged_in.post("/settings/display/", DISPLAY, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Display settings are saved." in page
    assert 'data-theme-saved="dark"' in page
    assert "<html" not in page
    assert 'id="defaults"' not in page
    assert UserSettings.objects.get(user=alice).theme == "dark"


def test_a_refused_form_answers_with_what_was_typed_and_why(logged_in, alice):
    form = {"stop_method": "atr", "stop_amount": "9"}
    page = logged_in.post("/settings/defaults/", form, headers=HTMX).content.decode()
    assert "must lie between 0.5 and 5." in page
    assert 'value="9"' in page
    assert "saved" not in page
    assert 'id="display"' not in page


def test_a_name_too_long_stays_in_its_field(logged_in, alice):
    form = {"name": "x" * 121}
    page = logged_in.post("/settings/profile/", form, headers=HTMX).content.decode()
    assert "at most 120" in page
    assert "x" * 121 in page
    alice.refresh_from_db()
    assert alice.name == ""


@pytest.mark.parametrize("amount", ["1e999", "9" * 400, "NaN", "-", "", "-1"])
def test_a_number_that_is_none_is_named(logged_in, alice, amount):
    form = {"stop_method": "atr", "stop_amount": amount}
    answer = logged_in.post("/settings/defaults/", form)
    assert answer.status_code == 422
    assert 'id="id_stop_amount_error"' in answer.content.decode()
    assert UserSettings.objects.get(user=alice).default_stop_config["atr_mult"] == 1.5


def test_the_account_menu_says_the_name_and_the_address(logged_in, alice):
    assert "user-name" not in logged_in.get("/settings/").content.decode()
    logged_in.post("/settings/profile/", {"name": "Alice <A>"})
    page = logged_in.get("/settings/").content.decode()
    assert re.search(r'user-name text-truncate">Alice &lt;A&gt;</div>', page)
    assert alice.email in page
