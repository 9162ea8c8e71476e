"""The program that writes down recordings: started for each, watched, and ended with everything that it has started."""

import os
import selectors
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from models.errors import FirstlineError, Misconfigured
from models.settings import Settings

# No recording is longer than two minutes; who needs more than one for it cannot keep up with callers.
LIMIT_SECONDS = 60.0
# Two minutes of speech are some 2 kB.
LIMIT_OUTPUT = 64 * 1024
_KEPT_COMPLAINTS = 2000
_LOOK_SECONDS = 0.2
_FOLDER_PREFIX = "recording-"
_SUFFIXES = {"audio/mpeg": ".mp3", "audio/wav": ".wav", "audio/x-wav": ".wav", "audio/ogg": ".ogg"}


class NotWrittenDown(FirstlineError):
    """The try came to nothing; the message says why."""


class NothingHeard(NotWrittenDown):
    """There is nothing in the recording that could be written down; another try would find the same."""


class Stopped(FirstlineError):
    """The service stops; the recording is written down when it runs again."""


class Program:
    """`command` with the path of the recording and its language added; what it prints is the text (UTF-8), its exit
    status says whether it could. `folder` holds the recording meanwhile."""

    def __init__(self, command: Sequence[str], folder: Path, limit_seconds: float = LIMIT_SECONDS) -> None:
        self._command = tuple(command)
        self._folder = folder
        self._limit_seconds = limit_seconds
        self._stopping = threading.Event()

    def write_down(self, kind: str, audio: bytes, language: str) -> str:
        """What the recording says; `kind` is its content type, `language` as in BCP 47.

        Raises:
            NotWrittenDown: it could not be written down.
            Stopped: `stop` was called meanwhile.
        """
        try:
            with TemporaryDirectory(prefix=_FOLDER_PREFIX, dir=self._folder, ignore_cleanup_errors=True) as place:
                path = Path(place).resolve() / f"recording{_SUFFIXES.get(kind, '')}"
                path.write_bytes(audio)
                output = self._run([*self._command, str(path), language])
        except OSError as error:
            raise NotWrittenDown(f"it could not be started: {error.strerror}") from error
        return _text(output)

    def stop(self) -> None:
        """End what runs; nothing is started any more."""
        self._stopping.set()

    def clear(self) -> None:
        """Remove what a process that was killed has left; one folder can serve several processes."""
        for place in self._folder.glob(f"{_FOLDER_PREFIX}*"):
            with suppress(OSError):
                if time.time() - place.stat().st_mtime > 2 * self._limit_seconds:
                    shutil.rmtree(place)

    def _run(self, command: Sequence[str]) -> bytes:
        # In a session of its own, so that all of it can be ended together.
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            try:
                output, complaints = self._listen(process)
            finally:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
        if process.returncode:
            last = complaints.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
            raise NotWrittenDown(f"it ended with status {process.returncode}: {last or 'without a word'}")
        return output

    def _listen(self, process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
        """What it prints to its end, and what it complains of, the last of it."""
        assert process.stdout is not None
        assert process.stderr is not None
        deadline = time.monotonic() + self._limit_seconds
        output, complaints = bytearray(), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ, output)
            selector.register(process.stderr, selectors.EVENT_READ, complaints)
            while True:
                self._check(deadline, output)
                is_over = process.poll() is not None  # asked first: what it printed last is read all the same
                ready = selector.select(0 if is_over else _LOOK_SECONDS)
                for key, _ in ready:
                    chunk = os.read(key.fd, LIMIT_OUTPUT)
                    key.data.extend(chunk)
                    if not chunk:
                        selector.unregister(key.fileobj)
                del complaints[:-_KEPT_COMPLAINTS]
                if is_over and not ready:  # it may have left somebody behind who keeps its output open
                    return bytes(output), bytes(complaints)

    def _check(self, deadline: float, output: bytearray) -> None:
        if self._stopping.is_set():
            raise Stopped("the service stops")
        if time.monotonic() > deadline:
            raise NotWrittenDown(f"it took longer than {self._limit_seconds:g} s")
        if len(output) > LIMIT_OUTPUT:
            raise NotWrittenDown(f"it printed more than {LIMIT_OUTPUT // 1024} kB")


def _text(output: bytes) -> str:
    try:
        decoded = output.decode()
    except UnicodeDecodeError as error:
        raise NotWrittenDown("what it printed is no UTF-8") from error
    text = "".join(char for char in decoded if char.isprintable() or char in "\n\t").strip()
    if not text:
        raise NothingHeard("it found no words in it")
    return text


def checked(command: Sequence[str]) -> tuple[str, ...]:
    """The command with the whole path of its program.

    Raises:
        Misconfigured: there is no such program, or it must not be run.
    """
    program = shutil.which(command[0])
    if program is not None:
        return (str(Path(program).absolute()), *command[1:])  # not where a link leads: venvs are made of links
    if Path(command[0]).is_file():
        raise Misconfigured(f"FIRSTLINE_TRANSCRIBER: {command[0]} cannot be run; chmod +x it")
    raise Misconfigured(f"FIRSTLINE_TRANSCRIBER: there is no program {command[0]}; write the path of one")


def make_program(settings: Settings) -> Program | None:
    """What writes down recordings, or None where nothing is set.

    Raises:
        Misconfigured: it cannot be run.
    """
    return Program(checked(settings.transcriber), settings.data) if settings.transcriber else None
