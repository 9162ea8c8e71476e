"""The log of a whole process, as jq and log collectors read it."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.servers import free_port

SCANNED = [
    b"\x16\x03\x01 no HTTP at all\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: \x00\xff\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bm90aGluZw==\r\n\r\n",
]


def test_all_of_it_is_json_and_a_port_scanner_writes_nothing_into_it(tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "workers.program", "timers", "--data", str(tmp_path / "data")],
        env={**os.environ, "FIRSTLINE_MONITOR_PORT": str(port), "FIRSTLINE_LOG_FORMAT": "json"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline()]

        for request in SCANNED:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
                client.sendall(request)
                assert client.recv(1 << 16).startswith(b"HTTP/1.1 ")
        process.send_signal(signal.SIGTERM)
        lines += process.communicate(timeout=30)[0].splitlines()
    finally:
        process.kill()
        process.communicate()

    events = [json.loads(line) for line in lines]
    assert [event["event"] for event in events] == ["part_started", "part_stopping"]
    assert events[0]["says"][-1] == f"data in {tmp_path / 'data'}; ready"
