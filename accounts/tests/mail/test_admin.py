import pytest
from django.utils.html import escape

from accounts.models import Mail
from accounts.testing import make_user
from accounts.tests.mail.conftest import LINK

pytestmark = pytest.mark.django_db


def test_operators_see_what_became_of_a_mail_and_not_what_it_says(client, write):
    row = write(last_error="ConnectionRefusedError")
    client.force_login(make_user("root@example.com", is_staff=True, is_superuser=True))
    pages = [
        client.get(f"/admin/accounts/mail/{path}").content.decode()
        for path in ("", "?q=dora", f"{row.pk}/change/")
    ]
    for page in pages:
        assert "dora@example.com" in page
        assert "ConnectionRefusedError" in page
        assert escape(LINK) not in page
        assert "secret-key" not in page
    assert client.get("/admin/accounts/mail/add/").status_code == 403
    assert Mail.objects.get().state == "waiting"
