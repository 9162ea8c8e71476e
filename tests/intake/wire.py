"""A mail client that sends what it is told, byte for byte."""

import socket
from types import TracebackType


class Wire:
    """One connection. Answers are read one at a time; a closed connection answers with an empty string."""

    def __init__(self, port: int, source: str = "127.0.0.1") -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(source, 0))
        self._answers = self._socket.makefile("rb")

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._answers.close()
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def answer(self) -> str:
        """The next answer, however many lines it has, without the last line end."""
        lines = []
        while line := self._line():
            lines.append(line)
            if line[3:4] != b"-":
                break
        return b"\n".join(lines).decode()

    def says(self, *commands: bytes) -> list[str]:
        """The answers to commands sent one after the other."""
        answers = []
        for command in commands:
            self.send(command + b"\r\n")
            answers.append(self.answer())
        return answers

    def greets(self, greeting: bytes = b"EHLO client.example") -> str:
        """Read the server's greeting, say hello; returns what the server offers."""
        self.answer()
        return self.says(greeting)[0]

    def starts_mail(self, *rcpt_tos: bytes, mail_from: bytes = b"ann@customer.example") -> str:
        """Go as far as DATA; returns the answer to that."""
        rcpts = [b"RCPT TO:<" + rcpt + b">" for rcpt in rcpt_tos or (b"support@firstline.example",)]
        return self.says(b"MAIL FROM:<" + mail_from + b">", *rcpts, b"DATA")[-1]

    def hangs_up(self) -> None:
        """Vanish as a machine does that loses its power: with a reset, not a farewell."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.__exit__()

    def _line(self) -> bytes:
        try:
            return self._answers.readline().rstrip(b"\r\n")
        except ConnectionResetError:
            return b""
