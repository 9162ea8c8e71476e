"""Images, and containers of them, in a store of their own: buildah builds, podman runs, and neither needs a daemon."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.servers import require_binary

# Less than a plain machine grants, so that one that grants little does, too.
_LIMITS = ("--ulimit", "nofile=1024:4096", "--ulimit", "nproc=1024:4096")
_PACKAGES = "python3,python3-venv,python-is-python3,ca-certificates"
_BUILD_SECONDS, _RUN_SECONDS = 1500, 240


class Store:
    """What `build` makes, `running` runs. `folder` holds it all, and has room for some gigabytes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        where = ("--root", f"{folder}/storage", "--runroot", f"{folder}/run", "--storage-driver", "vfs")
        self._buildah = (require_binary("buildah", "buildah"), *where)
        runtime = ("--runtime", require_binary("runc", "runc"), "--cgroup-manager", "cgroupfs")
        self._podman = (require_binary("podman", "podman"), *where, *runtime)

    def take_for(self, *names: str) -> None:
        """Make one image of Debian's packages, and let it stand for these, which a registry has."""
        root = self._folder / "debian"
        command = (require_binary("debootstrap", "debootstrap"), "--variant=minbase", f"--include={_PACKAGES}")
        _run(*command, "bookworm", str(root), seconds=_BUILD_SECONDS)
        container = self.buildah("from", "scratch").strip()
        # Whom pip believes here it has to believe there.
        if cert := os.environ.get("PIP_CERT"):
            shutil.copy(cert, root / "etc" / "ssl" / "pip.pem")
            self.buildah("config", "--env", "PIP_CERT=/etc/ssl/pip.pem", container)
        self.buildah("add", "--quiet", container, str(root), "/")
        for name in names:
            self.buildah("commit", "--quiet", container, name)
        self.buildah("rm", container)
        shutil.rmtree(root)

    def build(self, name: str, file: Path, context: Path) -> None:
        """Build an image as `docker build` does."""
        ignored = file.with_name(f"{file.name}.dockerignore")
        leaving = ("--ignorefile", str(ignored)) if ignored.exists() else ()
        how = ("--isolation", "chroot", "--layers=false", "--pull-never", *leaving)
        self.buildah("bud", *how, "--file", str(file), "--tag", name, str(context))

    def buildah(self, *arguments: str) -> str:
        return _run(*self._buildah, *arguments, seconds=_BUILD_SECONDS)

    def podman(self, *arguments: str) -> str:
        return _run(*self._podman, *arguments, seconds=_RUN_SECONDS)

    @contextmanager
    def running(self, name: str, image: str, *command: str, options: tuple[str, ...] = ()) -> Iterator[None]:
        """A container on this machine's network, until the block is left; what it has said is shown if that fails."""
        start = ("run", "--detach", "--name", name, "--network", "host", "--pull=never", *_LIMITS, *options)
        self.podman(*start, image, *command)
        try:
            yield
        except BaseException:
            print(self.podman("logs", name))  # noqa: T201 - pytest shows it with the failure
            raise
        finally:
            self.podman("rm", "--force", "--time", "45", "--volumes", name)


def rights(service: Mapping[str, Any]) -> tuple[str, ...]:
    """What a service of the compose file may do, as options of `podman run`; files that it is given are left out."""
    options = ["--read-only"] if service["read_only"] else []
    options += [f"--cap-drop={name}" for name in service["cap_drop"]]
    options += [f"--cap-add={name}" for name in service.get("cap_add", ())]
    options += [f"--security-opt={what.replace(':true', '')}" for what in service["security_opt"]]
    options += [f"--tmpfs={path}" for path in service["tmpfs"]]
    options += [f"--user={service['user']}"] if "user" in service else []
    options += [f"--volume={volume}" for volume in service["volumes"] if not volume.startswith("./")]
    return tuple(options)


def _run(*command: str, seconds: float) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout
