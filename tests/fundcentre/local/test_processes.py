"""The launcher's processes."""

import gc
import os
import signal
import subprocess
import sys
import warnings

from fundcentre.local.processes import leave_running


def test_a_server_that_is_left_running_warns_nobody():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    number = child.pid
    leave_running(child)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        del child
        gc.collect()
    assert [str(one.message) for one in said] == []
    os.kill(number, signal.SIGKILL)
    os.waitpid(number, 0)
