"""`manage.py create_user`: an account made by an operator, whole, with a confirmed address."""

import sys
from argparse import ArgumentParser
from getpass import getpass

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts.hooks import made_by_operator
from accounts.models import User


class Command(BaseCommand):
    help = "Make a user; with --operator one who may enter /admin/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--operator", action="store_true", help="may enter /admin/ and do all")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )

    def handle(
        self, *, email: str, operator: bool, password_stdin: bool, **options: object
    ) -> None:
        address = checked_address(email)
        password = sys.stdin.readline().rstrip("\r\n") if password_stdin else asked_password()
        check_password(password, address)
        with transaction.atomic():
            make = User.objects.create_user
            rights = {"is_staff": operator, "is_superuser": operator}
            made_by_operator(make(address, password, **rights))
        what = "operator" if operator else "user"
        self.stdout.write(f"Made the {what} {address}, who can log in now.")


def checked_address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise CommandError(f"{address} is not an e-mail address.", returncode=2) from error
    confirmed = EmailAddress.objects.filter(email=address, verified=True)
    if User.objects.filter(email=address).exists() or confirmed.exists():
        raise CommandError(f"There is a user {address} already.", returncode=2)
    return address


def asked_password() -> str:
    if not sys.stdin.isatty():
        raise CommandError("Give the password with --password-stdin.", returncode=2)
    password = getpass("Password: ")
    if getpass("Password again: ") != password:
        raise CommandError("The two passwords differ. Nothing was made.", returncode=2)
    return password


def check_password(password: str, address: str) -> None:
    try:
        validate_password(password, User(email=address))
    except ValidationError as error:
        raise CommandError(" ".join(error.messages), returncode=2) from error
