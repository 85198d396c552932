"""A PostgreSQL of a test's own: in a temporary folder, on a Unix socket, as a user without rights; gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NO_POSTGRES = "there is no PostgreSQL here: on Debian, apt-get install postgresql"


def programs() -> Path | None:
    """The folder of the server's programs, where there is a server; Debian's are not on the PATH."""
    if not hasattr(os, "getuid"):
        return None  # these are the ways of Unix
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


@contextmanager
def server() -> Iterator[str]:
    """A server that runs, and is stopped at the end: where it listens, as `host=... user=...` of a connection."""
    import pwd  # which only Unix has

    bin = programs()
    assert bin is not None, NO_POSTGRES
    # PostgreSQL refuses to be root's: in a container of root's another user serves.
    user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    with tempfile.TemporaryDirectory(prefix="desk-", dir="/tmp") as folder:  # a socket's path is short
        os.chown(folder, user.pw_uid, user.pw_gid)
        data = f"{folder}/data"
        other = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}

        def run(*command: str) -> None:
            done = subprocess.run(
                command,
                cwd=folder,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                capture_output=True,
                text=True,
                check=False,
                **other,
            )
            assert done.returncode == 0, done.stderr + done.stdout

        run(f"{bin}/initdb", "--no-sync", "--encoding=UTF8", "--auth=trust", "--username=desk", data)
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c shared_buffers=16MB"
        # Output to a file: a pipe would stay open as long as the server runs.
        run(f"{bin}/pg_ctl", "--wait", f"--pgdata={data}", f"--log={folder}/log", f"--options={options}", "start")
        try:
            yield f"host={folder} user=desk"
        finally:
            run(f"{bin}/pg_ctl", "--wait", f"--pgdata={data}", "--mode=immediate", "stop")
