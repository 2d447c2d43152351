"""Settings: defaults that start, and a sentence that names the variable for whatever cannot be used."""

import stat
from pathlib import Path

import pytest

from engine.errors import SettingsWrong
from engine.settings import Settings, Smtp


def test_defaults_are_enough_to_start(tmp_path: Path) -> None:
    settings = Settings.read({"KEELSON_DATA": str(tmp_path)})
    assert settings.data == tmp_path
    assert settings.database == f"sqlite:///{tmp_path}/keelson.sqlite"
    assert (settings.host, settings.port, settings.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert (settings.smtp, settings.demo, settings.worker, settings.zone) == (None, False, True, "UTC")


def test_everything_can_be_set() -> None:
    settings = Settings.read(
        {
            "KEELSON_DATABASE": "postgresql://me:secret@db/keelson",
            "KEELSON_HOST": "::1",
            "KEELSON_PORT": "8080",
            "KEELSON_SMTP": "smtps://me%40example.org:s%3Acret@mail.example.org",
            "KEELSON_MAIL_FROM": "Desk <desk@example.org>",
            "KEELSON_DEMO": "1",
            "KEELSON_ZONE": "Europe/Berlin",
            "KEELSON_WORKER": "0",
            "KEELSON_PROXIES": "2",
            "KEELSON_RECURRING_CASES": "20",
        }
    )
    assert settings.base_url == "http://[::1]:8080"
    assert settings.smtp == Smtp(
        host="mail.example.org", port=465, secure=True, user="me@example.org", password="s:cret"
    )
    assert (settings.demo, settings.worker, settings.zone) == (True, False, "Europe/Berlin")
    assert (settings.proxies, settings.recurring_cases) == (2, 20)
    assert "secret" not in repr(settings)
    assert "s:cret" not in repr(settings)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("KEELSON_PORT", "0"),
        ("KEELSON_PORT", "65536"),
        ("KEELSON_PORT", "http"),
        ("KEELSON_PORT", "²"),
        ("KEELSON_DATABASE", "mysql://me:secret@db/keelson"),
        ("KEELSON_DATABASE", "/some/secret/path"),
        ("KEELSON_BASE_URL", "keelson.example.org"),
        ("KEELSON_BASE_URL", "https://"),
        ("KEELSON_SMTP", "mail.example.org:25"),
        ("KEELSON_SMTP", "smtp://:25"),
        ("KEELSON_SMTP", "smtp://secret@host:mail"),
        ("KEELSON_MAIL_FROM", "nobody"),
        ("KEELSON_MAIL_FROM", "a@b\nBcc: c@d"),
        ("KEELSON_DEMO", "perhaps"),
        ("KEELSON_WORKER", "-1"),
        ("KEELSON_PROXIES", "all"),
        ("KEELSON_PROXIES", "10"),
        ("KEELSON_RECURRING_CASES", "0"),
        ("KEELSON_RECURRING_CASES", "1000000"),
        ("KEELSON_ZONE", "Berlin"),
        ("KEELSON_ZONE", "/etc/passwd"),
    ],
)
def test_what_cannot_be_used_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingsWrong, match=variable) as caught:
        Settings.read({variable: value})
    assert caught.value.parameters == {"variable": variable}
    assert "secret" not in caught.value.message


def test_the_secret_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    settings = Settings.read({"KEELSON_DATA": str(tmp_path / "new")})
    key = settings.secret_key()
    assert len(key) == 64
    assert settings.secret_key() == key
    assert stat.S_IMODE((tmp_path / "new" / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret-key"]


def test_a_damaged_secret_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("short")
    with pytest.raises(SettingsWrong, match="too short"):
        Settings.read({"KEELSON_DATA": str(tmp_path)}).secret_key()


def test_a_data_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsWrong, match="cannot be read or made"):
        Settings.read({"KEELSON_DATA": str(tmp_path / "file")}).secret_key()
