"""The image's entrypoint and health check, and `make docker`, as far as they need no engine.

What needs one, the image job of the workflow tries: there every process of a container is watched.
"""

import http.server
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOBODY = 65534
YOURSELF = '--user "$(id -u):$(id -g)"'
PAGES_WITH_COMMANDS = [
    str(page.relative_to(ROOT))
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if "docker run " in page.read_text()
]

# The files under test are shell scripts for the image: they read /proc, and its GNU tools.
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the image runs Linux")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder like the image's working directory, with stand-ins for what it can run.

    They print their process, folder, name and arguments. The folder is nobody's, where root tests.
    """
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        (path / "figures").mkdir(mode=0o555)
        (path / "bin").mkdir()
        for command in ("reproduce-all", "spectral-rank", "jupyter-lab", "python"):
            stub = path / "bin" / command
            stub.write_text('#!/bin/sh\n[ "$1" = -I ] || echo $$ "$PWD" "${0##*/}" "$@"\n')
            stub.chmod(0o755)
        # where every user can read it
        shutil.copytree(ROOT / "docker", path / "docker")
        if os.getuid() == 0:
            for part in (path, path / "figures"):
                os.chown(part, NOBODY, NOBODY)
        yield path


def entrypoint(
    folder: Path, *arguments: str, user: int | None = None, **environment: str
) -> tuple[int, str, str, int]:
    """Run the entrypoint; its exit code, what it printed and complained of, and its process."""
    process = subprocess.Popen(
        [folder / "docker" / "entrypoint", *arguments],
        cwd=folder,
        env={"PATH": f"{folder / 'bin'}:/usr/bin:/bin", **environment},
        user=user,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    printed, complaint = process.communicate(timeout=60)
    return process.returncode, printed.strip(), complaint.strip(), process.pid


@pytest.mark.parametrize(
    ("arguments", "ran"),
    [
        ((), "reproduce-all"),
        (("--seeds", "2"), "reproduce-all --seeds 2"),
        (("figure3", "--preset", "paper"), "reproduce-all figure3 --preset paper"),
        (("check", "figures/a b"), "reproduce-all check figures/a b"),
        (("rank", "/data/a b.csv", "--target", "y"), "spectral-rank /data/a b.csv --target y"),
    ],
)
def test_arguments_reach_the_command_line(
    folder: Path, arguments: tuple[str, ...], ran: str
) -> None:
    (folder / "figures").chmod(0o777)
    code, printed, complaint, process = entrypoint(folder, *arguments)
    # the same process: signals reach the command
    assert (code, printed, complaint) == (0, f"{process} {folder} {ran}", "")


def test_the_tests_run_where_the_source_is(folder: Path) -> None:
    elsewhere = folder / "figures"
    (folder / "bin" / "entrypoint").symlink_to(folder / "docker" / "entrypoint")
    result = subprocess.run(
        ["entrypoint", "test", "-k", "layer"],
        cwd=elsewhere,
        env={"PATH": f"{folder / 'bin'}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    said = result.stdout.split(maxsplit=1)[1]
    assert said == f"{folder} python -m pytest -p no:cacheprovider -k layer\n"


def test_lab_is_jupyterlab_for_everyone_outside(folder: Path) -> None:
    code, printed, complaint, process = entrypoint(folder, "lab", "--ServerApp.token=secret")
    assert (code, complaint) == (0, "")
    assert printed.startswith(f"{process} {folder} jupyter-lab --ip=0.0.0.0 --no-browser")
    assert printed.endswith(" --ServerApp.token=secret")


def test_a_port_that_is_taken_is_one_sentence(folder: Path) -> None:
    (folder / "bin" / "python").unlink()
    (folder / "bin" / "python").symlink_to(sys.executable)
    with socket.create_server(("", 0)) as server:
        port = str(server.getsockname()[1])
        code, printed, complaint, _ = entrypoint(folder, "lab", JUPYTER_PORT=port)
    assert (code, printed) == (2, "")
    assert complaint == (
        f"Error: port {port} cannot be used in this container; name another with "
        "-e JUPYTER_PORT=8889"
    )


@pytest.mark.parametrize("port", ["0", "0888", " 8889", "-1", "many"])
def test_a_port_that_is_none_is_one_sentence(folder: Path, port: str) -> None:
    code, printed, complaint, _ = entrypoint(folder, "lab", JUPYTER_PORT=port)
    assert (code, printed) == (2, "")
    assert complaint == f"Error: JUPYTER_PORT is '{port}', but a port is 1 to 65535"


def test_no_folder_for_temporary_files_is_one_sentence(folder: Path) -> None:
    code, printed, complaint, _ = entrypoint(folder, TMPDIR="/absent")
    assert (code, printed) == (2, "")
    assert complaint == "Error: /absent cannot be written to: add --tmpfs /tmp to docker run"


def test_a_figures_folder_of_somebody_else_is_one_sentence(folder: Path) -> None:
    user = 1234 if os.getuid() == 0 else None
    for arguments in ((), ("figure1",), ("--seeds", "2")):
        code, printed, complaint, _ = entrypoint(folder, *arguments, user=user)
        assert (code, printed) == (2, "")
        assert complaint == (
            f"Error: user {user or os.getuid()} cannot write to {folder}/figures: mount a folder "
            "of yours there (a missing one Docker makes, as root's) "
            f"and add {YOURSELF} to docker run"
        )
    for allowed in ("check", "--help", "all --output /x --runs /y"):
        assert entrypoint(folder, *allowed.split(), user=user)[0] == 0


@pytest.fixture
def lab(folder: Path) -> Iterator[int]:
    """The port of a web server that answers like JupyterLab's, beside a process of its name."""
    command = folder / "bin" / "jupyter-lab"
    command.write_text("#!/bin/sh\nread line\n")

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/api" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with subprocess.Popen([command], stdin=subprocess.PIPE) as process:
        yield server.server_port
        server.shutdown()
        server.server_close()
        process.communicate()


def health(port: int, folder: Path = ROOT) -> int:
    """The exit code of the health check in a working directory."""
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    return subprocess.run(
        [ROOT / "docker" / "health"],
        cwd=folder,
        env={"PATH": path, "JUPYTER_PORT": str(port), "http_proxy": "http://127.0.0.1:9"},
        stderr=subprocess.DEVNULL,
        timeout=60,
    ).returncode


def test_a_lab_is_healthy_while_it_answers(lab: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        closed = silent.getsockname()[1]
    assert health(lab) == 0
    assert health(closed) != 0


def test_a_module_in_the_working_directory_is_not_imported(folder: Path, lab: int) -> None:
    """Whoever may write there could else run code as whoever checks the health."""
    for module in ("base64", "socket", "urllib"):
        (folder / f"{module}.py").write_text(
            f"open({str(folder / 'ran')!r}, 'a').write('{module}')"
        )
    (folder / "bin" / "python").unlink()
    (folder / "bin" / "python").symlink_to(sys.executable)
    assert health(lab, folder) == 0
    (folder / "bin" / "jupyter-lab").write_text("#!/bin/sh\necho started\n")
    assert entrypoint(folder, "lab", JUPYTER_PORT=str(unused_port()))[:2] == (0, "started")
    assert not (folder / "ran").exists()


def unused_port() -> int:
    with socket.create_server(("", 0)) as server:
        return server.getsockname()[1]


def test_the_image_runs_as_nobody_with_privileges() -> None:
    """The Dockerfile ends as a numbered user other than root, and nothing changes that later."""
    users = re.findall(r"^USER (.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1])
    for file in (ROOT / "Dockerfile", *(ROOT / "docker").iterdir()):
        words = re.findall(r"setpriv|gosu|su-exec|sudo|setuid|u\+s|chroot", file.read_text())
        assert not words, f"{file.name}: {words}"


@pytest.mark.parametrize("name", [*PAGES_WITH_COMMANDS, "Dockerfile", "Makefile"])
def test_every_command_names_the_user_and_publishes_to_this_machine_alone(name: str) -> None:
    """What is shown, is copied: a mount without --user, or a port open to the network."""
    text = (ROOT / name).read_text().replace("$$", "$")
    commands = re.findall(r"docker run (?:\\\n|.)*", text)
    mounting = [command for command in commands if re.search(r"\s(-v|--volume) ", command)]
    assert mounting
    assert [command for command in mounting if YOURSELF not in command] == []
    published = re.findall(r"(?<= )(?:-p|--publish)[ =]([\d.:]+)", text)
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


@pytest.mark.parametrize("client", [True, False], ids=["no engine", "no client"])
def test_make_docker_without_an_engine_is_one_sentence(tmp_path: Path, client: bool) -> None:
    for command in ("make", "sh"):
        (tmp_path / command).symlink_to(str(shutil.which(command)))
    if client:
        (tmp_path / "docker").write_text("#!/bin/sh\necho Cannot connect >&2\nexit 1\n")
        (tmp_path / "docker").chmod(0o755)
    result = subprocess.run(
        ["make", "docker"], cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert result.returncode == 2
    sentence, of_make = result.stderr.splitlines()
    assert sentence == "No Docker engine answers: install Docker, start it, and see 'docker info'."
    assert of_make.startswith("make: ***")
