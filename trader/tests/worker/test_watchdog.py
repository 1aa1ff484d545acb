"""Real clusters, really killed."""

import os
import re
import signal
import subprocess
import sys
import time

import psutil
import pytest

from tests.waiting import wait_until
from trader.tests.processes import ROOT, Worker, living, running_worker

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("worker")]
MAIN, SENTINEL, FIRST_WORKER, SECOND_WORKER, MONITOR, PUSHER = range(6)


@pytest.fixture(scope="module")
def worker(tmp_path_factory):
    with running_worker(tmp_path_factory.mktemp("worker")) as running:
        yield running


def tasks_run(worker: Worker, cluster: str = "hot") -> bool:
    """A new task is carried out: the cluster doesn't only look alive."""
    marker = worker.directory / f"ran-{time.monotonic_ns()}"
    worker.enqueue("os.system", f"touch {marker}", cluster=cluster)
    return bool(wait_until(marker.exists))


def healed(worker: Worker, old: list[psutil.Process]) -> bool:
    new = {member.pid for member in worker.cluster("hot")}
    return worker.is_whole("hot") and not new & {member.pid for member in old}


def reasons(worker: Worker) -> list[str]:
    """Why clusters were restarted, oldest first."""
    return re.findall(
        r"cluster_restarted .*?reason='?([^'=]*)'?(?: \w+=|$)", worker.log.read_text()
    )


@pytest.mark.parametrize("member", [MAIN, SENTINEL, FIRST_WORKER, SECOND_WORKER, MONITOR, PUSHER])
def test_killed_member_brings_the_whole_cluster_anew(worker, member):
    old = wait_until(lambda: worker.is_whole("hot") and worker.cluster("hot"))
    n_before = len(reasons(worker))
    old[member].send_signal(signal.SIGKILL)
    wait_until(lambda: healed(worker, old))
    # Found by the death itself, not only by the silence that follows from it.
    assert reasons(worker)[n_before].endswith("is gone"), worker.end_of_log()
    wait_until(lambda: not living(old))
    assert tasks_run(worker)


@pytest.mark.parametrize("member", [MAIN, SENTINEL, FIRST_WORKER, MONITOR, PUSHER])
def test_stopped_member_is_found_and_healed(worker, member):
    """A hang instead of a death: it answers nothing and holds what it holds."""
    old = wait_until(lambda: worker.is_whole("hot") and worker.cluster("hot"))
    n_before = len(reasons(worker))
    old[member].send_signal(signal.SIGSTOP)
    wait_until(lambda: healed(worker, old))
    expected = f"process {old[member].pid} has been stopped"
    assert reasons(worker)[n_before].startswith(expected), worker.end_of_log()
    wait_until(lambda: not living(old))
    assert tasks_run(worker)


def test_other_cluster_is_left_alone(worker):
    slow = {member.pid for member in worker.cluster("slow")}
    old = worker.cluster("hot")
    old[MONITOR].kill()
    wait_until(lambda: healed(worker, old))
    assert {member.pid for member in worker.cluster("slow")} == slow


def test_busy_child_killed_then_task_runs_again(worker):
    old = wait_until(lambda: worker.is_whole("hot") and worker.cluster("hot"))
    for victim in old[FIRST_WORKER:MONITOR]:
        victim.kill()
    wait_until(lambda: healed(worker, old))
    assert tasks_run(worker)
    assert tasks_run(worker, "slow")


def test_successful_tasks_leave_no_rows(worker):
    assert tasks_run(worker)
    assert worker.query("SELECT count(*) FROM django_q_task WHERE success = 1") == 0


def test_heartbeats_are_written(worker):
    wait_until(lambda: worker.query("SELECT count(*) FROM worker_heartbeats") == 2)
    assert worker.query("SELECT n_workers FROM worker_heartbeats WHERE cluster = 'hot'") == 2


def test_killed_watchdog_leaves_no_orphan(tmp_path):
    with running_worker(tmp_path) as worker:
        members = worker.descendants()
        assert len(members) == 12
        os.kill(worker.process.pid, signal.SIGKILL)
        wait_until(lambda: not living(members))


def test_sigterm_waits_for_the_running_task(tmp_path):
    with running_worker(tmp_path) as worker:
        members = worker.descendants()
        marker = tmp_path / "done"
        worker.enqueue("os.system", f"sleep 2; touch {marker}", cluster="hot")
        wait_until(lambda: len(worker.descendants()) > len(members))
        assert "killed=[]" in worker.stop()
        assert marker.exists()
        assert not living(members)
        assert worker.query("SELECT count(*) FROM worker_heartbeats") == 0


def test_stuck_task_does_not_delay_the_stop(tmp_path):
    with running_worker(tmp_path) as worker:
        worker.enqueue("time.sleep", 3600, cluster="slow")
        time.sleep(2)
        members = worker.descendants()
        assert "killed=['slow']" in worker.stop()
        wait_until(lambda: not living(members))


def test_lost_task_runs_again_at_once(worker):
    marker = worker.directory / "attempts"
    # The first attempt dies with its worker, the second finishes.
    script = f"echo x >> {marker}; [ $(wc -l < {marker}) -gt 1 ] || kill -9 $PPID"
    worker.enqueue("os.system", script, cluster="hot")
    wait_until(lambda: marker.exists() and len(marker.read_text().split()) == 2)


def test_task_that_always_kills_its_worker_is_given_up(worker):
    marker = worker.directory / "deaths"
    worker.enqueue("os.system", f"echo x >> {marker}; kill -9 $PPID", cluster="hot")
    wait_until(lambda: "task_given_up" in worker.log.read_text())
    assert len(marker.read_text().split()) == 3
    wait_until(lambda: worker.is_whole("hot"))
    assert tasks_run(worker)


def test_mail_is_sent_by_the_worker_itself(worker):
    """Not by a cluster, whose tasks may be busy for minutes."""
    arguments = ("Hello", "By the worker", None, ["dora@example.com"])
    code = (
        "import django; django.setup()\n"
        "from django.core.mail import send_mail\n"
        f"send_mail(*{arguments!r})"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=worker.env, check=True)
    wait_until(lambda: worker.query("SELECT state FROM mails") == "sent")
    assert "By the worker" in worker.log.read_text()
