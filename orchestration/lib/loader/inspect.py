"""What can be said about a file before its rows are read: its hash, its encoding, whether it is whole."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1 << 20
_UTF8_BOM = codecs.BOM_UTF8


class FileFaultError(Exception):
    """The whole file cannot be accepted: ``reason`` is a quarantine reason, ``detail`` a sentence."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class TextFacts:
    """A text file that is whole and in UTF-8.

    ``plain`` is the file to read: the landing file itself, or its decompressed copy.
    ``has_blank_line``: an empty line, or one of white space alone, stands before the last line.
    ``newline``: how lines end, CR LF or LF; null when a carriage return stands alone somewhere.
    ``lines``: how many there are, the last one counted whether it ends or not.
    """

    plain: Path
    has_bom: bool
    has_blank_line: bool
    ends_with_newline: bool
    newline: str | None
    lines: int
    has_quote: bool


def file_hash(path: Path) -> tuple[str, int]:
    """SHA-256 of the bytes as they lie in the landing folder, and how many there are."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def inspect_text(path: Path, *, is_compressed: bool, scratch: Path) -> TextFacts:
    """Decompresses if need be, and checks that the text is there, whole and in UTF-8.

    Raises FileFaultError with reason ``empty_file``, ``truncated_file`` or ``wrong_encoding``.
    """
    plain = _decompress(path, scratch) if is_compressed else path
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    offset = 0
    lines = returns = pairs = 0
    has_bom = has_blank_line = has_text = has_quote = False
    line_is_blank = True
    tail = b""
    with plain.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            if offset == 0:
                _refuse_wide_encodings(chunk)
                has_bom = chunk.startswith(_UTF8_BOM)
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                pending = len(error.object) - len(chunk)
                raise _wrong_encoding(error, offset - pending, chunk, pending, lines) from error
            body = chunk[len(_UTF8_BOM) :] if offset == 0 and has_bom else chunk
            if not has_blank_line or not has_text:
                blank, text, line_is_blank = _blank_lines(body, line_is_blank)
                # A blank line counts only once something follows it; at the end of a file it is no row.
                has_blank_line = has_blank_line or blank
                has_text = has_text or text
            lines += chunk.count(b"\n")
            has_quote = has_quote or b'"' in chunk
            returns += chunk.count(b"\r")
            pairs += chunk.count(b"\r\n") + (tail == b"\r" and chunk.startswith(b"\n"))
            offset += len(chunk)
            tail = chunk[-1:]
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _wrong_encoding(error, offset - len(error.object), b"", 0, lines) from error
    if not has_text:
        raise FileFaultError("empty_file", "the file has no content; export it again, or remove it")
    newline = None if returns != pairs else "\r\n" if pairs else "\n"
    lines += tail != b"\n"
    return TextFacts(plain, has_bom, has_blank_line, tail in (b"\n", b"\r"), newline, lines, has_quote)


def count_records(facts: TextFacts) -> int:
    """Records of a CSV file whose quotes are well formed: a line break inside quotes ends none."""
    if not facts.has_quote:
        return facts.lines
    records = 0
    is_quoted = False
    with facts.plain.open("rb") as stream:
        for line in stream:
            is_quoted ^= bool(line.count(b'"') & 1)
            records += not is_quoted
    return records + is_quoted


def _blank_lines(body: bytes, line_is_blank: bool) -> tuple[bool, bool, bool]:
    """(a blank line was completed, some text was seen, the line under way is blank so far).

    ``line_is_blank`` carries the state of the line that the previous chunk ended in; the very
    first line of a file starts blank, so that a file that opens with an empty line is noticed.
    """
    lines = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    states = [not line.strip() for line in lines]
    states[0] = states[0] and line_is_blank
    return any(states[:-1]), not all(states), states[-1]


def _decompress(path: Path, scratch: Path) -> Path:
    scratch.mkdir(parents=True, exist_ok=True)
    plain = scratch / f"{path.name.removesuffix('.gz')}.plain"
    if path.stat().st_size == 0:
        raise FileFaultError("empty_file", "the file has no content; export it again, or remove it")
    try:
        with gzip.open(path, "rb") as stream, plain.open("wb") as target:
            while chunk := stream.read(_CHUNK):
                target.write(chunk)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileFaultError(
            "truncated_file", f"the compressed file ends early or is damaged ({error}); export or copy it again"
        ) from error
    return plain


def _refuse_wide_encodings(chunk: bytes) -> None:
    for mark, name in (
        (codecs.BOM_UTF32_LE, "UTF-32"),
        (codecs.BOM_UTF32_BE, "UTF-32"),
        (codecs.BOM_UTF16_LE, "UTF-16"),
        (codecs.BOM_UTF16_BE, "UTF-16"),
    ):
        if chunk.startswith(mark):
            raise FileFaultError("wrong_encoding", f"byte 0, line 1: the file is in {name}; save it as UTF-8")
    start = chunk[:4096]
    if start.count(0) * 4 > len(start):
        raise FileFaultError(
            "wrong_encoding", f"byte {start.index(0)}, line 1: the file looks like UTF-16; save it as UTF-8"
        )


def _wrong_encoding(error: UnicodeDecodeError, base: int, chunk: bytes, pending: int, lines: int) -> FileFaultError:
    """``base`` is the offset in the file of the first byte the decoder looked at."""
    position = base + error.start
    line = lines + chunk[: max(error.start - pending, 0)].count(b"\n") + 1
    byte = error.object[error.start]
    return FileFaultError(
        "wrong_encoding",
        f"byte {position}, line {line}: 0x{byte:02x} is not UTF-8 (the file may be in Latin-1 or Windows-1252); "
        "save it as UTF-8",
    )
