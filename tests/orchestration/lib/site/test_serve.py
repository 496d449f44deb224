"""The server of the built site: only loopback, only reading, with the headers of a careful host."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.lib.site import SiteError, serve_site, site_server

POLICY = "default-src 'none'; script-src 'self' 'sha256-abc='"


def write_site(folder: Path, base_path: str = "", board: str = "<p>board</p>") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(board)
    (folder / "definitions").mkdir(exist_ok=True)
    (folder / "definitions" / "index.html").write_text("<p>definitions</p>")
    (folder / "_app" / "immutable").mkdir(parents=True, exist_ok=True)
    (folder / "_app" / "immutable" / "engine.wasm").write_bytes(bytes(range(256)) * 8)
    (folder / "_app" / "immutable" / "engine.wasm.br").write_bytes(b"packed by brotli")
    (folder / "_app" / "immutable" / "engine.wasm.gz").write_bytes(gzip.compress(b"packed by gzip"))
    (folder / ".hidden").write_text("secret")
    (folder / "_headers").write_text("secret")
    (folder / "site.json").write_text(json.dumps({"base_path": base_path, "content_security_policy": POLICY}))
    return folder


class Client:
    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=given)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, body


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    write_site(tmp_path / "site")
    (tmp_path / "outside.txt").write_text("not of the site")
    yield from running(tmp_path / "site")


def running(site: Path) -> Iterator[Client]:
    server = site_server(site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Client(server.server_port)
    server.shutdown()
    server.server_close()


def test_pages_come_with_their_policy_and_safe_headers(client: Client) -> None:
    status, headers, body = client.ask("/")
    assert (status, body) == (200, b"<p>board</p>")
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-cache"
    assert "python" not in headers["server"].lower()


def test_a_folder_is_its_index_at_the_address_with_the_slash(client: Client) -> None:
    assert client.ask("/definitions/")[2] == b"<p>definitions</p>"
    status, headers, _ = client.ask("/definitions?segment=hybrid")
    assert (status, headers["location"]) == (308, "/definitions/?segment=hybrid")


def test_head_answers_as_get_without_the_body(client: Client) -> None:
    got = client.ask("/")
    headed = client.ask("/", "HEAD")
    assert headed[0] == 200
    assert headed[2] == b""
    assert headed[1]["content-length"] == got[1]["content-length"] == str(len(got[2]))


def test_compressed_copies_go_to_those_who_take_them(client: Client) -> None:
    path = "/_app/immutable/engine.wasm"
    plain = client.ask(path)
    assert plain[2] == bytes(range(256)) * 8
    assert "content-encoding" not in plain[1]
    assert plain[1]["content-type"] == "application/wasm"
    assert plain[1]["cache-control"] == "public, max-age=31536000, immutable"
    assert plain[1]["vary"] == "Accept-Encoding"
    brotli = client.ask(path, Accept_Encoding="gzip, deflate, br")
    assert (brotli[1]["content-encoding"], brotli[2]) == ("br", b"packed by brotli")
    packed = client.ask(path, Accept_Encoding="gzip")
    assert (packed[1]["content-encoding"], gzip.decompress(packed[2])) == ("gzip", b"packed by gzip")


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=2040-", 2040, 2047), ("bytes=-4", 2044, 2047), ("bytes=2040-9999", 2040, 2047)],
)
def test_a_range_is_given_from_the_plain_file(client: Client, wanted: str, first: int, last: int) -> None:
    status, headers, body = client.ask("/_app/immutable/engine.wasm", Range=wanted, Accept_Encoding="br")
    assert status == 206
    assert headers["content-range"] == f"bytes {first}-{last}/2048"
    assert body == (bytes(range(256)) * 8)[first : last + 1]


@pytest.mark.parametrize("wanted", ["bytes=5000-", "bytes=9-3", "bytes=-", "rows=1-2", "bytes=-0"])
def test_a_range_that_is_not_there_is_refused(client: Client, wanted: str) -> None:
    status, headers, _ = client.ask("/_app/immutable/engine.wasm", Range=wanted)
    assert (status, headers["content-range"]) == (416, "bytes */2048")


def test_an_unchanged_file_is_not_sent_again(client: Client) -> None:
    tag = client.ask("/")[1]["etag"]
    status, _, body = client.ask("/", If_None_Match=tag)
    assert (status, body) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.txt",
        "/%2e%2e/outside.txt",
        "/..%2foutside.txt",
        "/.hidden",
        "/site.json",
        "/_headers",
        "/nowhere",
        "/index.html/x",
    ],
)
def test_nothing_hidden_or_outside_is_served(client: Client, path: str) -> None:
    status, headers, body = client.ask(path)
    assert status == 404
    assert b"secret" not in body
    assert b"not of the site" not in body
    assert headers["content-security-policy"] == "default-src 'none'"


def test_a_link_out_of_the_site_is_not_followed(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site")
    (tmp_path / "outside.txt").write_text("not of the site")
    (site / "link.txt").symlink_to(tmp_path / "outside.txt")
    for client in running(site):
        assert client.ask("/link.txt")[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "BREW"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    status, headers, _ = client.ask("/", method)
    assert (status, headers["allow"]) == (405, "GET, HEAD")


def test_a_page_of_another_name_cannot_read_the_numbers(client: Client) -> None:
    assert client.ask("/", Host=f"evil.example:{client.port}")[0] == 421
    assert client.ask("/", Host=f"localhost:{client.port}")[0] == 200


def test_only_loopback_listens(tmp_path: Path) -> None:
    server = site_server(write_site(tmp_path / "site"))
    assert server.server_address[0] == "127.0.0.1"
    server.server_close()


def test_a_base_path_is_where_the_site_is(tmp_path: Path) -> None:
    for client in running(write_site(tmp_path / "site", base_path="/postsale")):
        assert client.ask("/postsale/")[2] == b"<p>board</p>"
        assert client.ask("/")[1]["location"] == "/postsale/"
        assert client.ask("/postsale")[1]["location"] == "/postsale/"
        assert client.ask("/definitions/")[0] == 404
        assert client.ask("/postsalesque/")[0] == 404


def test_a_new_build_is_served_from_the_next_request_on(tmp_path: Path) -> None:
    write_site(tmp_path / "one", board="one")
    write_site(tmp_path / "two", board="two")
    link = tmp_path / "site"
    link.symlink_to("one")
    for client in running(link):
        assert client.ask("/")[2] == b"one"
        link.unlink()
        link.symlink_to("two")
        assert client.ask("/")[2] == b"two"
        link.unlink()
        assert client.ask("/")[0] == 404


def test_a_missing_site_names_the_mend(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="run `postsale run` first"):
        serve_site(tmp_path / "nothing", 0)


def test_a_taken_port_names_the_mend(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SiteError, match=f"port {port} .* --port"):
            site_server(site, port)
