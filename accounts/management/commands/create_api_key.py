"""Create an API key for a user and print it once, for scripts and tests."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from accounts.keys import create_key
from accounts.models import ApiKey, User


class Command(BaseCommand):
    help = "Create an API key and print it; it can't be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", required=True, metavar="EMAIL", help="whose key")
        parser.add_argument("--name", default="command line", help="what will use it")

    def handle(self, *, user: str, name: str, **options: object) -> None:
        longest = ApiKey._meta.get_field("name").max_length or 0
        if len(name) > longest:
            raise CommandError(f"--name has at most {longest} characters.", returncode=2)
        email = user.strip().lower()
        owner = User.objects.filter(email=email, is_active=True).first()
        if owner is None:
            raise CommandError(f"There is no active user {email}.", returncode=2)
        self.stdout.write(create_key(owner, name)[1])
