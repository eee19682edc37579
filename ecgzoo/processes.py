"""Processes that share this machine's cores, and end with the one that started them."""

import multiprocessing
import os
import threading

# The last is of NumPy's linear algebra and of scikit-learn, whose threads wait by spinning.
THREADS = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS")


def share_cores(jobs: int) -> None:
    """Has libraries use one job's share of the cores, here and in the processes started later.

    TensorFlow reads it when it first computes; NumPy when it is imported, so that it counts for
    processes that are started later alone. What the environment says already is kept.
    """
    if jobs > 1:
        share = max(1, len(os.sched_getaffinity(0)) // jobs)
        for name in THREADS:
            os.environ.setdefault(name, str(share))


def end_with_parent() -> None:
    """Has this process end at once when its parent does, however: a run that is cut can go on."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def say_nothing() -> None:
    """Sends all that this process prints nowhere: a helper's words would stand among others'."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nothing, stream)
