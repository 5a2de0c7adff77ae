"""Airflow DAG: sessionary scores a day every night, then the days that late files have touched.

For Airflow 2.9 and newer, 3 included; the program must be on the worker. Settings are environment variables of the worker:

    SESSIONARY_CONFIG       sessionary.yaml of the project (default /srv/shop/sessionary.yaml)
    SESSIONARY              the program (default sessionary)
    SESSIONARY_METRICS_DIR  folder of the node exporter's textfile collector (default: no metrics)

A run is for its data interval: the run of 2 March scores 2 March, so a backfill or a cleared task scores the day it names. A day that is
up to date is left alone and nothing is published twice, so retries are safe. Exit code 2 (something must be changed) fails at once, every
other failure is tried again.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from datetime import datetime, timedelta, timezone

from airflow.exceptions import AirflowException, AirflowFailException
from airflow.timetables.interval import CronDataIntervalTimetable

try:  # Airflow 3
    from airflow.providers.standard.operators.python import PythonOperator
    from airflow.sdk import DAG
except ImportError:  # Airflow 2
    from airflow import DAG
    from airflow.operators.python import PythonOperator


def run(name: str, arguments: list[str]) -> None:
    """Runs the program; its log lines go to the task's log. A stopped task stops the program, which then leaves nothing half done."""
    config = os.environ.get("SESSIONARY_CONFIG", "/srv/shop/sessionary.yaml")
    metrics = os.environ.get("SESSIONARY_METRICS_DIR")
    command = [*shlex.split(os.environ.get("SESSIONARY", "sessionary")), *arguments, "--config", config, "--log-format", "text"]
    if metrics:
        command += ["--metrics", f"{metrics}/sessionary-{name}.prom"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            for line in process.stdout:
                print(line, end="", flush=True)
        except BaseException:
            process.terminate()
            raise
    if process.returncode == 2:
        raise AirflowFailException("something must be changed: settings, options or files; see the lines above")
    if process.returncode != 0:
        raise AirflowException(f"sessionary ended with code {process.returncode}; see the lines above")


def score_day(data_interval_start: datetime) -> None:
    run("score", ["score", "--date", data_interval_start.strftime("%Y-%m-%d")])


def score_stale() -> None:
    run("stale", ["score", "--stale"])


with DAG(
    dag_id="sessionary_daily",
    description="Labels every session of a day",
    # At half past three, for the day that ended at midnight. The zone is that of the settings.
    schedule=CronDataIntervalTimetable("30 3 * * *", timezone="UTC"),
    start_date=datetime(2026, 3, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5), "execution_timeout": timedelta(hours=6)},
    tags=["sessionary"],
) as dag:
    day = PythonOperator(task_id="score_day", python_callable=score_day)
    # Late files are worth a try even if the day itself failed: other days are other days.
    late = PythonOperator(task_id="score_stale", python_callable=score_stale, trigger_rule="all_done")
    day >> late
