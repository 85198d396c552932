"""Whether this machine has a Java that Spark runs on."""

from __future__ import annotations

import os
import shutil
import subprocess

NO_JAVA = "Spark needs Java 17 or newer, and there is none here"


def java_for_spark() -> bool:
    """Whether there is a Java that Spark runs on: 17 or newer."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if java is None:
        return False
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = said.partition('"')[2].partition(".")[0].partition('"')[0]
    return version.isdigit() and int(version) >= 17
