"""What production refuses to start without."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = {
    "APP_ENV": "production",
    "SECRET_KEY": "k" * 50,
    "DATABASE_URL": "postgres://u:p@db.internal:5432/ror?sslmode=require",
    "FIELD_ENCRYPTION_KEY": "c29tZS10aGlydHktdHdvLWJ5dGVzLW9mLWEta2V5ISE=",
    "ALLOWED_HOSTS": "ror.example.com",
}
PRINT = (
    "from django.conf import settings as s; d = s.DATABASES['default'];"
    "print(s.DEBUG, d['ENGINE'], d['OPTIONS'].get('sslmode'), d['HOST'], s.SESSION_COOKIE_SECURE,"
    "s.SECURE_HSTS_SECONDS, s.WEBHOOK_ALLOW_LOOPBACK)"
)


def load(tmp_path, *command, **env):
    kept = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, *(command or ("-c", PRINT))],
        cwd=ROOT,
        env=kept
        | {"DJANGO_SETTINGS_MODULE": "trader.settings", "VAR_DIR": str(tmp_path)}
        | {k: v for k, v in env.items() if v is not None},
        capture_output=True,
        text=True,
        check=False,
    )


def test_development_needs_nothing(tmp_path):
    done = load(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "sqlite3" in done.stdout


def test_production_starts_with_its_secrets(tmp_path):
    done = load(tmp_path, **GOOD)
    assert done.returncode == 0, done.stderr
    engine = "django.db.backends.postgresql"
    assert done.stdout.split() == [
        "False", engine, "require", "db.internal", "True", "31536000", "False",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "DATABASE_URL", "FIELD_ENCRYPTION_KEY", "ALLOWED_HOSTS"]
)
def test_production_refuses_to_start_without(tmp_path, name):
    done = load(tmp_path, **{**GOOD, name: None})
    assert done.returncode != 0
    assert f"needs {name}." in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("FIELD_ENCRYPTION_KEY", "not-a-key"),
        ("ALLOWED_HOSTS", "*"),
        ("APP_ENV", "prodction"),
        ("RATE_LIMIT_READS", "many"),
        ("DATABASE_URL", "db.internal:5432/ror"),
        ("FIELD_ENCRYPTION_KEY", ","),
        ("ALLOWED_HOSTS", " , "),
    ],
)
def test_production_refuses_a_bad(tmp_path, name, value):
    done = load(tmp_path, **{**GOOD, name: value})
    assert done.returncode != 0
    assert name in done.stderr


@pytest.mark.parametrize("command", ["web", "worker", "feed", "migrate", "check"])
def test_a_process_that_is_not_configured_says_so_in_one_line(tmp_path, command):
    done = load(tmp_path, "manage.py", command, **{**GOOD, "SECRET_KEY": None})
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("Not configured: APP_ENV=production needs SECRET_KEY.")


def test_a_bad_database_address_is_not_repeated(tmp_path):
    done = load(tmp_path, "manage.py", "check", **{**GOOD, "DATABASE_URL": "db://u:hunter2@h/d"})
    assert "postgres://" in done.stderr
    assert "hunter2" not in done.stderr


def test_every_variable_is_in_the_example():
    example = (ROOT / ".env.example").read_text()
    code = (ROOT / "trader/settings.py").read_text() + (ROOT / "trader/env.py").read_text()
    for call in ("text", "flag", "number", "items"):
        for part in code.split(f"{call}(")[1:]:
            name = part.strip().split(",")[0].split(")")[0].strip().strip('"')
            if name.isupper():
                assert f"{name}=" in example, name
