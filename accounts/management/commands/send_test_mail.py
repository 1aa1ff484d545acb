"""`manage.py send_test_mail ADDRESS`: speak to the mail server now and say what it answers."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError

from accounts.mail.transport import DEADLINE_SECONDS, Answer, Handover, ServerAwayError
from accounts.models import Mail

TEXT = "This mail was sent by `manage.py send_test_mail`. Mail of this deployment arrives.\n"


class Command(BaseCommand):
    help = "Hand one mail to the mail server of EMAIL_URL, past the queue, and print its answer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="who gets it")

    def handle(self, *, address: str, **options: object) -> None:
        if not settings.MAIL_TRANSPORT:
            raise CommandError("No mail is sent here: EMAIL_URL is not set.", returncode=2)
        message = EmailMessage("RoR Trader: test of mail", TEXT, to=[address])
        try:
            (outcome,) = Handover([message]).run(DEADLINE_SECONDS)
        except ServerAwayError as error:
            raise CommandError(f"{error}. Look at EMAIL_URL.") from error
        if outcome.answer is not Answer.TAKEN:
            raise CommandError(f"{outcome.reason}. Look at EMAIL_URL and DEFAULT_FROM_EMAIL.")
        n_waiting = Mail.objects.waiting().count()
        self.stdout.write(f"The mail server has taken it. Waiting for the worker: {n_waiting}.")
