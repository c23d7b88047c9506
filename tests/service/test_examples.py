"""The examples in docs/platforms.md run as they stand, and the configuration for nginx holds."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli import submissions
from tests.cli.running import ROOT, WALL_S, variables
from tests.service.running import Service, serving

TOKEN = "token-of-the-only-course"
DOCUMENT = (ROOT / "docs/platforms.md").read_text("utf-8")
SECTION = DOCUMENT.partition("\n## Over HTTP\n")[2].partition("\n## ")[0]
NODE, CURL, NGINX = map(shutil.which, ("node", "curl", "nginx"))


def example(language: str) -> str:
    """The one block of code in that language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with tokens."""
    folder = tmp_path_factory.mktemp("service")
    tokens = folder / "tokens.toml"
    tokens.write_text(f'[courses.only]\ntoken = "{TOKEN}"\n')
    with serving(folder, "--token-file", tokens, "--jobs", 1, token=TOKEN) as one:
        yield one


def run(service: Service, folder: Path, *command: str) -> str:
    """What a program prints, in a folder with a submission."""
    submissions.write(folder, submissions.wrong_mul())
    done = subprocess.run(
        command,
        cwd=folder,
        env=variables(GRADER=service.address.rstrip("/"), TOKEN=TOKEN),
        capture_output=True,
        text=True,
        timeout=WALL_S,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout


@pytest.mark.skipif(CURL is None, reason="needs curl")
def test_with_curl(service: Service, tmp_path: Path) -> None:
    run(service, tmp_path, "sh", "-e", "-c", example("bash"))
    answer = json.loads((tmp_path / "answer.json").read_text())
    assert 0 < answer["report"]["score"] < 10
    assert (tmp_path / "junit.xml").read_text().startswith("<?xml")


def test_with_python(service: Service, tmp_path: Path) -> None:
    said = run(service, tmp_path, sys.executable, "-c", example("python"))
    assert 0 < float(said) < 10


@pytest.mark.skipif(NODE is None, reason="needs node")
def test_with_javascript(service: Service, tmp_path: Path) -> None:
    script = tmp_path / "example.mjs"
    script.write_text(example("js"))
    assert 0 < float(run(service, tmp_path, str(NODE), str(script))) < 10


class Behind(BaseHTTPRequestHandler):
    """Stands for a service behind nginx: answers with its port."""

    def do_GET(self) -> None:
        body = str(self.server.server_port).encode()  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def behind() -> Iterator[int]:
    """The port of such a service."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Behind) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def nginx(folder: Path, *ports: int) -> Iterator[str]:
    """nginx with the documented configuration in front of these ports; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shown = (ROOT / "docs/examples/nginx.conf").read_text("utf-8")
    for old, new in zip(("8001", "8002", "8000"), (*ports, port), strict=True):
        assert old in shown
        shown = shown.replace(old, str(new))
    places = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "scgi", "uwsgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\npid {folder}/pid;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{places}{shown}}}\n"
    )
    command = [str(NGINX), "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    running = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        while running.poll() is None:
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.communicate(timeout=WALL_S)


@pytest.mark.skipif(NGINX is None, reason="needs nginx")
def test_nginx_sends_a_course_to_one_service_and_courses_to_several(tmp_path: Path) -> None:
    def meets(address: str, path: str, token: str = "") -> str:
        asked = urllib.request.Request(address + path, headers={"Authorization": token})
        with urllib.request.urlopen(asked, timeout=WALL_S) as answer:
            return str(answer.read().decode())

    with behind() as one, behind() as other, nginx(tmp_path, one, other) as address:
        courses = [f"Bearer {number}" for number in range(20)]
        met = {course: meets(address, "/v1/grade", course) for course in courses}
        assert set(met.values()) == {str(one), str(other)}
        assert {course: meets(address, "/v1/jobs/x", course) for course in courses} == met
        keys = [f"key-{number}" for number in range(20)]
        pages = {key: meets(address, f"/c/{key}/") for key in keys}
        assert set(pages.values()) == {str(one), str(other)}
        assert {key: meets(address, f"/c/{key}/job", "other") for key in keys} == pages
