"""HTTP requests against a real server: what is sent, what comes back, what is refused, and that nothing takes long."""

import base64
import hashlib
import hmac
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from engine.connectors import http, webhook
from engine.connectors.addresses import public, reachable
from engine.connectors.contract import Call, CallFailed, Grants, Secret
from engine.connectors.exchanging import SIZE, read_target
from tests.parts.web import Asked, Reply, WebServer, serving

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LOCAL = Grants(hosts=frozenset({"127.0.0.1"}))


@pytest.fixture
def web() -> Iterator[WebServer]:
    with serving() as server:
        yield server


def call(operation: str = "http/request", /, **arguments: Any) -> Call:
    return Call(key="0192-job", operation=operation, arguments=arguments, at=AT, begun=AT)


def failure(arguments: dict[str, Any], grants: Grants = LOCAL) -> CallFailed:
    with pytest.raises(CallFailed) as failed:
        http.run(call(**arguments), grants)
    return failed.value


def resolving(**names: Sequence[str]) -> Any:
    def resolve(host: str, port: int) -> Sequence[str]:
        return names[host.replace(".", "_")]

    return resolve


def test_a_request_is_sent_as_the_diagram_says_and_its_answer_read(web: WebServer) -> None:
    body = json.dumps({"id": "T-1", "cost": 10.50}).encode()
    web.replies["/tickets"] = Reply(status=201, headers={"Content-Type": "application/json", "X-A": "b"}, body=body)
    answer = http.run(
        call(
            url=web.url("/tickets?a=1#top"),
            method="post",
            query={"who": "Otto Öl", "n": [Decimal(1), Decimal("2.5")], "none": None},
            headers={"X-Trace": "7", "X-None": None},
            body={"title": "Drucker läuft nicht", "count": Decimal("1.10")},
        ),
        LOCAL,
    )
    (asked,) = web.asked
    assert (asked.method, asked.path) == ("POST", "/tickets?a=1&who=Otto+%C3%96l&n=1&n=2.5")
    assert json.loads(asked.body) == {"title": "Drucker läuft nicht", "count": 1.1}
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["idempotency-key"] == "0192-job"
    assert asked.headers["host"] == f"127.0.0.1:{web.port}"
    assert asked.headers["x-trace"] == "7"
    assert "x-none" not in asked.headers
    assert answer["status"] == Decimal(201)
    assert answer["body"] == {"id": "T-1", "cost": Decimal("10.5")}
    assert answer["headers"]["x-a"] == "b"


def test_text_is_sent_and_read_as_text(web: WebServer) -> None:
    web.replies["/"] = Reply(headers={"Content-Type": "text/plain; charset=latin-1"}, body="Öl".encode("latin-1"))
    assert http.run(call(url=web.url(), method="PUT", body="Grüße"), LOCAL)["body"] == "Öl"
    assert web.asked[0].body == "Grüße".encode()
    assert web.asked[0].headers["content-type"] == "text/plain; charset=utf-8"


def test_nothing_in_the_answer_is_null(web: WebServer) -> None:
    web.replies["/"] = Reply(status=204)
    assert http.run(call(url=web.url(), method="DELETE"), LOCAL)["body"] is None
    assert http.run(call(url=web.url(), method="HEAD"), LOCAL)["status"] == Decimal(204)


@pytest.mark.parametrize(
    ("status", "code", "permanent"),
    [
        (400, "client-error", True),
        (404, "client-error", True),
        (408, "client-error", False),
        (429, "client-error", False),
        (500, "server-error", False),
        (503, "server-error", False),
        (304, "unexpected-status", True),
    ],
)
def test_a_status_that_is_not_expected_is_an_error_with_a_code(
    web: WebServer, status: int, code: str, permanent: bool
) -> None:
    web.replies["/"] = Reply(status=status)
    failed = failure({"url": web.url()})
    assert (failed.code, failed.permanent) == (code, permanent)
    assert str(status) in failed.message
    assert http.run(call(url=web.url(), expect=[Decimal(status), "2xx"]), LOCAL)["status"] == Decimal(status)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.1.2.3"),
        *("::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::", "fec0::1"),
        *("224.0.0.1", "ff02::1", "255.255.255.255", "198.18.0.1", "2001:db8::1", "nonsense"),
    ],
)
def test_private_addresses_are_refused_and_never_connected_to(address: str) -> None:
    failed = failure({"url": "http://inside.example/"}, Grants(resolve=resolving(inside_example=[address])))
    assert (failed.permanent, failed.code) == (True, None)
    assert "inside.example" in failed.message


@pytest.mark.parametrize("address", ["224.0.0.1", "0.0.0.1", "::", "::ffff:224.0.0.1", "255.255.255.255"])
def test_what_is_no_single_host_is_refused_even_where_the_host_is_allowed(address: str) -> None:
    grants = Grants(hosts=frozenset({"inside.example"}), resolve=resolving(inside_example=[address]))
    assert failure({"url": "http://inside.example/"}, grants).permanent


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f::1", "64:ff9b::5db8:d70e", "1.1.1.1"])
def test_public_addresses_are_public(address: str) -> None:
    assert public(ipaddress.ip_address(address))
    assert reachable(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "127.1", "localhost", "[::1]"])
def test_other_ways_to_write_the_loopback_are_refused(web: WebServer, host: str) -> None:
    assert failure({"url": f"http://{host}:{web.port}/"}, Grants()).permanent
    assert web.asked == []


def test_one_private_address_among_public_ones_refuses_the_host() -> None:
    grants = Grants(resolve=resolving(both_example=["93.184.215.14", "10.0.0.1"]))
    assert failure({"url": "http://both.example/"}, grants).permanent


def test_a_name_that_changes_its_address_meanwhile_is_asked_once(web: WebServer) -> None:
    """DNS rebinding: whatever the name says the second time, the connection goes where it was judged to go."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

    web.replies["/"] = Reply()
    grants = Grants(hosts=frozenset({f"moving.example:{web.port}"}), resolve=rebinding)
    http.run(call(url=web.url(host="moving.example")), grants)
    assert asked == ["moving.example"]
    assert web.asked[0].headers["host"] == f"moving.example:{web.port}"


def test_redirects_are_followed_judged_and_counted(web: WebServer) -> None:
    web.replies["/a"] = Reply(status=302, headers={"Location": "b?x=1"})
    web.replies["/b"] = Reply(body=b"there", headers={"Content-Type": "text/plain"})
    web.replies["/private"] = Reply(status=302, headers={"Location": "http://inside.example/"})
    web.replies["/round"] = Reply(status=307, headers={"Location": "/round"})
    grants = Grants(hosts=LOCAL.hosts, resolve=lambda host, port: ["127.0.0.1" if host[0] == "1" else "10.0.0.1"])
    assert http.run(call(url=web.url("/a")), grants)["body"] == "there"
    assert [asked.path for asked in web.asked] == ["/a", "/b?x=1"]
    assert failure({"url": web.url("/private")}, grants).permanent
    web.asked.clear()
    assert failure({"url": web.url("/round")}, grants).code == "unexpected-status"
    assert len(web.asked) == 6
    assert failure({"url": web.url("/a"), "method": "POST"}, grants).code == "unexpected-status"
    assert http.run(call(url=web.url("/a"), expect=Decimal(302)), grants)["headers"]["location"] == "b?x=1"


def bound(web: WebServer, value: str = "s3cret/äb", **changes: str) -> Secret:
    return Secret(**({"name": "desk", "operation": "http/request", "host": "127.0.0.1", "value": value} | changes))


def test_a_secret_goes_to_its_host_only(web: WebServer) -> None:
    web.replies["/"] = Reply()
    secret = bound(web, "s3cret")
    grants = Grants(hosts=frozenset({"127.0.0.1", "localhost"}), secrets={"desk": secret})
    http.run(call(url=web.url(), secret="desk"), grants)
    http.run(call(url=web.url(), headers={"X-Key": "key {{secret:desk}}"}), grants)
    assert web.asked[0].headers["authorization"] == "Bearer s3cret"
    assert web.asked[1].headers["x-key"] == "key s3cret"
    for url, held in [
        (web.url(host="localhost"), secret),
        (web.url(), bound(web, host="127.0.0.1:1")),
        (web.url(), bound(web, operation="webhook/post")),
    ]:
        failed = failure({"url": url, "secret": "desk"}, Grants(hosts=grants.hosts, secrets={"desk": held}))
        assert (failed.permanent, failed.code) == (True, None)
        assert "s3cret" not in failed.message
    assert "no secret" in failure({"url": web.url(), "secret": "none"}, grants).message
    assert len(web.asked) == 2


def test_a_secret_does_not_follow_a_redirect_to_another_host(web: WebServer) -> None:
    with serving() as other:
        other.replies["/"] = Reply()
        web.replies["/"] = Reply(status=302, headers={"Location": other.url()})
        grants = Grants(hosts=LOCAL.hosts, secrets={"desk": bound(web, "s3cret")})
        http.run(call(url=web.url(), secret="desk", headers={"X-Other": "1"}), grants)
        assert web.asked[0].headers["authorization"] == "Bearer s3cret"
        assert not {"authorization", "x-other"} & other.asked[0].headers.keys()


def test_a_host_that_repeats_a_secret_does_not_make_it_data(web: WebServer) -> None:
    def echo(asked: Asked) -> Reply:
        heard = asked.headers["authorization"]
        body = json.dumps({"heard": heard, heard: 1}).encode()
        return Reply(headers={"Content-Type": "application/json", "X-Heard": heard}, body=body)

    web.replies["/"] = echo
    grants = Grants(hosts=LOCAL.hosts, secrets={"desk": bound(web, 'a"b\\c/d')})
    answer = http.run(call(url=web.url(), secret="desk"), grants)
    assert answer["body"] == {"heard": "Bearer [secret]", "Bearer [secret]": Decimal(1)}
    assert answer["headers"]["x-heard"] == "Bearer [secret]"
    assert 'a"b' not in repr(grants)


def test_a_secret_is_not_sent_without_encryption_beyond_allowed_hosts() -> None:
    grants = Grants(
        secrets={"desk": Secret(name="desk", operation="http/request", host="far.example", value="s3cret")},
        resolve=resolving(far_example=["93.184.215.14"]),
    )
    assert "encryption" in failure({"url": "http://far.example/", "secret": "desk"}, grants).message


def test_an_answer_that_is_too_large_is_not_kept(web: WebServer) -> None:
    web.replies["/large"] = Reply(body=b"x" * (SIZE + 1))
    web.replies["/full"] = Reply(body=b"x" * SIZE, headers={"Content-Type": "text/plain"})

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not web.ended.is_set():
            handler.wfile.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")

    web.replies["/endless"] = Reply(raw=endless)
    assert failure({"url": web.url("/large")}).code == "bad-answer"
    assert failure({"url": web.url("/endless")}).code == "bad-answer"
    assert len(http.run(call(url=web.url("/full")), LOCAL)["body"]) == SIZE


def dripping(web: WebServer, first: bytes) -> Reply:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(first)
        while not web.ended.wait(0.05):
            handler.wfile.write(b"x")
            handler.wfile.flush()

    return Reply(raw=drip)


@pytest.mark.parametrize(
    "first",
    [b"", b"HTTP/1.1 200 OK\r\nX-A: ", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"],
)
def test_an_answer_that_comes_byte_by_byte_is_cut_off_in_time(web: WebServer, first: bytes) -> None:
    web.replies["/"] = dripping(web, first)  # for as long as anybody listens
    failed = failure({"url": web.url(), "timeout": Decimal("0.4")})
    assert (failed.code, failed.permanent) == ("timeout", False)


def test_a_server_that_says_nothing_at_all_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for scheme in ("http", "https"):
            failed = failure({"url": f"{scheme}://127.0.0.1:{port}/", "timeout": Decimal("0.3")})
            assert failed.code == "timeout"


def test_a_name_server_that_does_not_answer_is_left_in_time() -> None:
    left = threading.Event()

    def slow(host: str, port: int) -> Sequence[str]:
        assert left.wait(60), "it was waited for"
        return ["93.184.215.14"]

    failed = failure({"url": "http://slow.example/", "timeout": Decimal("0.2")}, Grants(resolve=slow))
    left.set()
    assert failed.code == "timeout"


def test_nobody_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    failed = failure({"url": f"http://127.0.0.1:{port}/"})
    assert (failed.code, failed.permanent) == ("unreachable", False)


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"",
    ],
)
def test_an_answer_that_is_no_http_or_breaks_off_is_an_error_to_try_again(web: WebServer, raw: bytes) -> None:
    web.replies["/"] = Reply(raw=lambda handler: handler.wfile.write(raw) and None)
    failed = failure({"url": web.url()})
    assert (failed.code, failed.permanent) == ("unreachable", False)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "application/json"}, b"{"),
        ({"Content-Type": "application/json"}, b'{"a":' * 5000),
        ({"Content-Type": "application/json; charset=nonsense"}, b"{}"),
        ({"Content-Type": "text/plain"}, b"\xff\xfe\xff"),
        ({"Content-Type": "text/plain"}, b"a\x00b"),
        ({"Content-Type": "text/plain", "Content-Encoding": "gzip"}, b"x"),
    ],
)
def test_an_answer_that_cannot_be_read_is_an_error(web: WebServer, headers: dict[str, str], body: bytes) -> None:
    web.replies["/"] = Reply(headers=headers, body=body)
    assert failure({"url": web.url()}).code == "bad-answer"


@pytest.mark.parametrize(
    "arguments",
    [
        {"url": None},
        {"url": "ftp://127.0.0.1/"},
        {"url": "http://user:pw@127.0.0.1/"},
        {"url": "http://127.0.0.1/a b"},
        {"url": "http://127.0.0.1/\r\nX: y"},
        {"url": "http://127.0.0.1:99999/"},
        {"url": "http:///path"},
        {"url": "http://127.0.0.1\\@example.org/"},
        {"method": "TRACE"},
        {"method": "GET\r\nX: y"},
        {"headers": {"X": "a\r\nB: c"}},
        {"headers": {"X Y": "a"}},
        {"headers": {"Host": "example.org"}},
        {"headers": {"Transfer-Encoding": "chunked"}},
        {"headers": {"Proxy-Authorization": "x"}},
        {"headers": {"Authorization": "x"}, "secret": "desk"},
        {"headers": ["a"]},
        {"query": "a=b"},
        {"body": "x"},
        {"timeout": Decimal(31)},
        {"timeout": Decimal(0)},
        {"timeout": "PT5S"},
        {"expect": "ok"},
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything_is_sent(web: WebServer, arguments: dict[str, Any]) -> None:
    failed = failure({"url": web.url(), **arguments})
    assert (failed.permanent, failed.code) == (True, None)
    assert web.asked == []


def test_no_proxy_of_the_environment_is_used(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1:1")
    web.replies["/"] = Reply()
    assert http.run(call(url=web.url()), LOCAL)["status"] == Decimal(200)


def test_hosts_are_read_as_they_are_meant() -> None:
    assert read_target("https://Bücher.example./x").host == "xn--bcher-kva.example"
    assert read_target("https://[::1]:8443/").authority == "[::1]:8443"
    assert read_target("HTTP://A.example").path == "/"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of its own for tickets.example, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tickets.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("tickets.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "tickets.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


def test_tls_names_and_checks_the_host_while_the_address_is_pinned(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    named: list[str | None] = []
    context.sni_callback = lambda connection, name, ctx: named.append(name)
    grants = Grants(hosts=frozenset({"tickets.example", "other.example"}), resolve=lambda host, port: ["127.0.0.1"])
    with serving(context) as web:
        web.replies["/"] = Reply(body=b"{}", headers={"Content-Type": "application/json"})
        url = web.url(host="tickets.example", scheme="https")
        assert failure({"url": url}, grants).code == "unreachable"  # nobody vouches for the certificate
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert http.run(call(url=url), grants)["body"] == {}
        assert named[-1] == "tickets.example"
        wrong = failure({"url": web.url(host="other.example", scheme="https")}, grants)
        assert (wrong.code, "certificate" in wrong.message) == ("unreachable", True)
        assert [asked.headers["host"] for asked in web.asked] == [f"tickets.example:{web.port}"]


def test_a_webhook_is_signed_so_that_its_receiver_can_check_it(web: WebServer) -> None:
    web.replies["/hook"] = Reply(status=202)
    for value, material in [("a plain secret", b"a plain secret"), ("whsec_c2VjcmV0", b"secret")]:
        secret = Secret(name="hook", operation="webhook/post", host=f"127.0.0.1:{web.port}", value=value)
        grants = Grants(hosts=LOCAL.hosts, secrets={"hook": secret})
        arguments = {"url": web.url("/hook"), "body": {"b": Decimal(1), "a": "ä"}, "secret": "hook"}
        assert webhook.run(call("webhook/post", **arguments), grants) == {"status": Decimal(202)}
        asked = web.asked[-1]
        assert asked.body == '{"a":"ä","b":1}'.encode()
        assert asked.headers["webhook-id"] == asked.headers["idempotency-key"] == "0192-job"
        signed = f"0192-job.{int(AT.timestamp())}.".encode() + asked.body
        expected = base64.b64encode(hmac.new(material, signed, hashlib.sha256).digest()).decode()
        assert asked.headers["webhook-signature"] == f"v1,{expected}"
        with pytest.raises(CallFailed, match="no secret"):
            webhook.run(call("webhook/post", **arguments), LOCAL)
