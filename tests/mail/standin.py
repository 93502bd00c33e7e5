"""A mail server that keeps what it gets, or refuses it."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.letters: list[tuple[list[str], EmailMessage]] = []
        self.is_down = False


class _Talk(socketserver.StreamRequestHandler):
    """As much of SMTP as a letter needs."""

    server: MailServer

    def handle(self) -> None:
        """Talk until the other side hangs up."""
        if self.server.is_down:
            self._say("421 closed")
            return
        to: list[str] = []
        self._say("220 here")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"RCPT":
                to.append(line.decode().partition("<")[2].partition(">")[0])
            if verb == b"DATA":
                self._say("354 go on")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                letter = message_from_bytes(text, policy=policy.default)
                self.server.letters.append((to, letter))
                to = []
            self._say("221 bye" if verb == b"QUIT" else "250 ok")
            if verb == b"QUIT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a server beside the test."""
    server = MailServer()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
