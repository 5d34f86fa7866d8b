"""The image's entrypoint and health check, and `make docker`, as far as they need no engine."""

import http.server
import os
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

# The files under test are shell scripts for the image: they read /proc, and its GNU tools.
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the image runs Linux")

# Nobody else may change the user of a process. The workflow tries the same with a real container.
needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can turn into somebody else")


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
        for command in ("reproduce-all", "jupyter-lab", "python"):
            stub = path / "bin" / command
            stub.write_text('#!/bin/sh\n[ "$1" = -c ] || echo $$ "$PWD" "${0##*/}" "$@"\n')
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


@needs_root
@pytest.mark.parametrize("owner", [0, 1234, NOBODY])
def test_root_turns_into_the_owner_of_the_figures(folder: Path, owner: int) -> None:
    status = folder / "bin" / "reproduce-all"
    status.write_text("#!/bin/sh\ncat /proc/self/status\n")
    (folder / "figures").chmod(0o755)
    os.chown(folder / "figures", owner, owner + 1)
    code, printed, complaint, _ = entrypoint(folder)
    assert (code, complaint) == (0, "")
    lines = (line.partition(":") for line in printed.splitlines())
    state = {name: set(values.split()) for name, _, values in lines}
    assert (state["Uid"], state["Gid"]) == ({str(owner)}, {str(owner + 1)})
    assert (state["Groups"], state["NoNewPrivs"]) == (set(), {"1"})
    for powers in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert state[powers] == {"0" * 16}


@needs_root
@pytest.mark.parametrize(
    ("capability", "owner"), [("setuid", 1234), ("setgid", 1234), ("setpcap", 0)]
)
def test_root_that_keeps_privileges_is_one_sentence(
    folder: Path, capability: str, owner: int
) -> None:
    os.chown(folder / "figures", owner, owner)
    result = subprocess.run(
        ["setpriv", f"--bounding-set=-{capability}", folder / "docker" / "entrypoint"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "Error: root cannot give up its privileges in this container: "
        f"add --cap-drop ALL --user {owner}:{owner} to docker run\n"
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
            f"Error: user {user or os.getuid()} cannot write to {folder}/figures: mount a "
            'writable folder of yours there, and add --user "$(id -u):$(id -g)" to docker run'
        )
    for allowed in ("check", "--help", "all --output /x --runs /y"):
        assert entrypoint(folder, *allowed.split(), user=user)[0] == 0


def health(port: int) -> int:
    """The exit code of the health check."""
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    return subprocess.run(
        [ROOT / "docker" / "health"],
        env={"PATH": path, "JUPYTER_PORT": str(port), "http_proxy": "http://127.0.0.1:9"},
        stderr=subprocess.DEVNULL,
    ).returncode


def test_a_lab_is_healthy_while_it_answers(folder: Path) -> None:
    lab = folder / "bin" / "jupyter-lab"
    lab.write_text("#!/bin/sh\nread line\n")

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/api" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever).start()
    with subprocess.Popen([lab], stdin=subprocess.PIPE) as process:
        assert health(server.server_port) == 0
        server.shutdown()
        server.server_close()
        assert health(server.server_port) != 0
        process.communicate()


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
