"""Whether this machine has a Java that Spark runs on, and a Spark of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any

NO_JAVA = "Spark needs Java 17 or newer, and there is none here"
OPTIONS = {
    "spark.ui.enabled": "false", "spark.sql.session.timeZone": "UTC", "spark.sql.shuffle.partitions": "4",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS", "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}  # fmt: skip


def java_for_spark() -> bool:
    """Whether there is a Java that Spark runs on: 17 or newer."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if java is None:
        return False
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = said.partition('"')[2].partition(".")[0].partition('"')[0]
    return version.isdigit() and int(version) >= 17


def spark_engine() -> Any:
    """The library's own room for Spark, whose libraries warn as they are imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from slaclock.engines import spark
    return spark


def local_spark() -> Iterator[Any]:
    """A session of a Spark on this machine, which is stopped in the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql import SparkSession

        os.environ["PYSPARK_PYTHON"] = sys.executable
        builder = SparkSession.builder.master("local[2]").appName("slaclock")
        for name, value in OPTIONS.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("OFF")
        yield session
        session.stop()
