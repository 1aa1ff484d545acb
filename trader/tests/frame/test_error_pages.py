from django.test import Client


def test_an_expired_form_is_not_called_somebody_elses(db):
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/")
    assert answer.status_code == 403
    text = answer.content.decode()
    assert "The form has expired" in text
    assert "not yours" not in text
