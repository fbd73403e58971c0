"""Where mail goes out, as people write it in Settings."""

from __future__ import annotations

import pytest

from app.services.watch.mail import MailServer, carriers_from, server_from

SENDER = "Support <s@example.org>"


def never() -> str | None:
    raise AssertionError("nobody is named, so no password is wanted")


@pytest.mark.parametrize(
    ("server", "sender"), [(None, None), ("mail.example", None), (None, SENDER), ("", "")], ids=repr
)
def test_nobody_takes_mail_out_until_both_are_set(server: str | None, sender: str | None) -> None:
    assert carriers_from(server, sender, never) == ()


@pytest.mark.parametrize(
    ("written", "server"),
    [
        ("mail.example", MailServer("mail.example", SENDER, 587, "starttls")),
        ("smtp://mail.example:2525", MailServer("mail.example", SENDER, 2525, "starttls")),
        ("smtps://mail.example", MailServer("mail.example", SENDER, 465, "tls")),
        ("mail.example:465", MailServer("mail.example", SENDER, 465, "tls")),
        ("localhost:1025", MailServer("localhost", SENDER, 1025, "none")),
        ("[::1]:1025", MailServer("::1", SENDER, 1025, "none")),
    ],
    ids=["name", "address with port", "tls", "port of tls", "this computer", "this computer in numbers"],
)
def test_a_server_is_read_as_people_write_it(written: str, server: MailServer) -> None:
    assert server_from(written, SENDER, never) == server


def test_the_password_is_asked_for_where_a_user_is_named() -> None:
    (carrier,) = carriers_from("lena@mail.example", SENDER, lambda: "secret")
    assert (carrier.server.user, carrier.server.password) == ("lena", "secret")
