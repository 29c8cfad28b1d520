"""Starts followers that are there to be killed: all is imported once, so that each one is running at once.

Run with the address of a database; every line on stdin starts one more, whose process id is answered on stdout.
"""

import os
import signal
import sys
import threading

from projections.follower import Follower


def main(database_url: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        if pid := os.fork():
            print(pid, flush=True)
        else:
            Follower(database_url).run(threading.Event())


if __name__ == "__main__":
    main(sys.argv[1])
