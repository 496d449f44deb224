"""Serve a built site on loopback, with the headers that a careful host would send."""

from __future__ import annotations

import json
import mimetypes
import re
import sys
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any, ClassVar, Protocol
from urllib.parse import unquote, urlsplit

from orchestration.lib.site.errors import SiteError
from orchestration.lib.site.policy import HEADERS_FILE, SAFE_HEADERS

LOOPBACK = "127.0.0.1"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".ico": "image/x-icon",
    ".parquet": "application/vnd.apache.parquet",
    ".arrow": "application/vnd.apache.arrow.stream",
}
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_CHUNK = 1 << 16
# Their names carry a hash of their content.
_FOREVER = re.compile(r"^/(?:_app/immutable/|data/.+/[0-9a-f]{32}/|api/prerendered_queries/)")
_NEVER_SERVED = frozenset({"site.json", HEADERS_FILE})


class SupportsWrite(Protocol):
    """Where bytes can be poured."""

    def write(self, data: bytes, /) -> object: ...


class _Handler(BaseHTTPRequestHandler):
    """GET and HEAD of the files of one site. Everything else is refused."""

    protocol_version = "HTTP/1.1"
    server_version = "postsale"
    sys_version = ""
    site: ClassVar[Path]

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refusals of the base class (other methods, malformed requests), with our headers and in plain text."""
        self.close_connection = True
        if code == HTTPStatus.NOT_IMPLEMENTED:
            allow = {"Allow": "GET, HEAD"}
            self._say(HTTPStatus.METHOD_NOT_ALLOWED, "Only GET and HEAD.", allow, with_body=True)
        else:
            self._say(HTTPStatus(code), message or "", with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        # A page of another site that points its own name at this machine must not read these numbers.
        host = re.sub(r":\d+$", "", self.headers.get("Host", ""))
        if host not in {"localhost", LOOPBACK, "[::1]"}:
            self._say(HTTPStatus.MISDIRECTED_REQUEST, "This server answers to localhost only.", with_body=with_body)
            return
        site = self.site.resolve()
        facts = _facts(site)
        if not facts:
            self._say(HTTPStatus.NOT_FOUND, "No site has been built yet: run `postsale run`.", with_body=with_body)
            return
        base = facts.get("base_path", "")
        path = unquote(urlsplit(self.path).path)
        if base and path in {"", "/", base}:
            self._redirect(f"{base}/", with_body=with_body)
            return
        if not path.startswith(f"{base}/"):
            self._not_found(site, base, with_body=with_body)
            return
        inside = path[len(base) :]
        file = _file_of(site, inside)
        if file is None:
            self._not_found(site, base, with_body=with_body)
        elif file.is_dir():
            page = file / "index.html"
            if not page.is_file():
                self._not_found(site, base, with_body=with_body)
            elif not inside.endswith("/"):
                self._redirect(f"{base}{inside}/", with_body=with_body)
            else:
                self._send(page, inside, facts, with_body=with_body)
        else:
            self._send(file, inside, facts, with_body=with_body)

    def _send(self, file: Path, inside: str, facts: dict[str, str], *, with_body: bool) -> None:
        kind = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        accepted = {part.split(";")[0].strip() for part in self.headers.get("Accept-Encoding", "").split(",")}
        wanted = self.headers.get("Range")
        sent, encoding = file, None
        if wanted is None:
            for name, ending in _ENCODINGS:
                packed = file.with_name(file.name + ending)
                if name in accepted and packed.is_file():
                    sent, encoding = packed, name
                    break
        status = sent.stat()
        tag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
        headers = {
            "Content-Type": kind,
            "ETag": tag,
            "Last-Modified": formatdate(status.st_mtime, usegmt=True),
            "Vary": "Accept-Encoding",
            "Accept-Ranges": "bytes",
            "Cache-Control": "public, max-age=31536000, immutable" if _FOREVER.match(inside) else "no-cache",
            "Content-Security-Policy": facts.get("content_security_policy", "default-src 'none'"),
        }
        if encoding:
            headers["Content-Encoding"] = encoding
        if self.headers.get("If-None-Match") == tag:
            self._head(HTTPStatus.NOT_MODIFIED, {**headers, "Content-Length": "0"})
            return
        first, last, code = 0, status.st_size - 1, HTTPStatus.OK
        if wanted is not None:
            part = _range(wanted, status.st_size)
            if part is None:
                self._say(
                    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
                    "",
                    {"Content-Range": f"bytes */{status.st_size}"},
                    with_body=with_body,
                )
                return
            first, last = part
            code = HTTPStatus.PARTIAL_CONTENT
            headers["Content-Range"] = f"bytes {first}-{last}/{status.st_size}"
        length = last - first + 1
        self._head(code, {**headers, "Content-Length": str(length)})
        if with_body:
            with sent.open("rb") as stream:
                stream.seek(first)
                _pour(stream, self.wfile, length)

    def _redirect(self, target: str, *, with_body: bool) -> None:
        query = urlsplit(self.path).query
        location = {"Location": f"{target}?{query}" if query else target}
        self._say(HTTPStatus.PERMANENT_REDIRECT, "", location, with_body=with_body)

    def _not_found(self, site: Path, base: str, *, with_body: bool) -> None:
        self._say(HTTPStatus.NOT_FOUND, f"There is nothing here. The board is at {base}/", with_body=with_body)

    def _say(self, code: HTTPStatus, text: str, more: dict[str, str] | None = None, *, with_body: bool) -> None:
        body = text.encode()
        plain = {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(body)),
            "Content-Security-Policy": "default-src 'none'",
            "Cache-Control": "no-store",
        }
        self._head(code, {**plain, **(more or {})})
        if with_body:
            self.wfile.write(body)

    def _head(self, code: HTTPStatus, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in {**SAFE_HEADERS, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a line per file hides what matters."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that stops reading is no fault of ours; anything else is shown."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


def _facts(site: Path) -> dict[str, str]:
    try:
        facts = json.loads((site / "site.json").read_text())
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _file_of(site: Path, inside: str) -> Path | None:
    """The file or folder a path names; None for one that is not there, hidden, or outside the site."""
    parts = [part for part in inside.split("/") if part]
    if any(part.startswith(".") or "\\" in part or "\0" in part for part in parts) or "/".join(parts) in _NEVER_SERVED:
        return None
    found = site.joinpath(*parts)
    if not found.exists() or not found.resolve().is_relative_to(site):
        return None
    return found


def _range(wanted: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range; None when it cannot be given."""
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", wanted.strip())
    if match is None or match[1] == match[2] == "" or size == 0:
        return None
    if match[1] == "":
        return (max(0, size - int(match[2])), size - 1) if int(match[2]) else None
    first = int(match[1])
    last = min(int(match[2]), size - 1) if match[2] else size - 1
    return (first, last) if first <= last else None


def _pour(source: IO[bytes], target: SupportsWrite, length: int) -> None:
    while length > 0:
        chunk = source.read(min(_CHUNK, length))
        if not chunk:
            break
        target.write(chunk)
        length -= len(chunk)


def site_server(site_dir: Path, port: int = 0) -> ThreadingHTTPServer:
    """A server bound to loopback, not yet serving. Port 0 takes a free one; `server_port` says which."""
    handler = type("SiteHandler", (_Handler,), {"site": site_dir})
    try:
        return _Server((LOOPBACK, port), handler)
    except OSError as error:
        raise SiteError(
            f"port {port} of {LOOPBACK} cannot be used ({error.strerror}): choose another with --port"
        ) from error


def serve_site(site_dir: Path, port: int = 3000) -> None:
    """Serve until interrupted. `site_dir` may be a link that a new build swaps: it is read anew at each request."""
    if not (site_dir / "site.json").is_file():
        raise SiteError(f"no site in {site_dir}: run `postsale run` first")
    with site_server(site_dir, port) as server:
        base = _facts(site_dir).get("base_path", "")
        print(f"Serving {site_dir} on http://localhost:{server.server_port}{base}/ (stop with Ctrl-C)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
