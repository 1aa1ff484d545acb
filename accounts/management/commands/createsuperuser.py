"""Django's own command, whose users are whole as well; `create_user --operator` says the same."""

from django.contrib.auth.management.commands import createsuperuser
from django.db import transaction

from accounts.hooks import made_by_operator
from accounts.models import User


class Command(createsuperuser.Command):
    def handle(self, *args: object, **options: object) -> None:
        with transaction.atomic():
            before = set(User.objects.filter(is_superuser=True).values_list("pk", flat=True))
            super().handle(*args, **options)  # type: ignore[arg-type]
            for user in User.objects.filter(is_superuser=True).exclude(pk__in=before):
                made_by_operator(user)
