"""What a process gives back."""

import subprocess
import sys

PROGRAM = """
import threading
from edge.kernel.process import give_memory_back, rss_kb
give_memory_back()
before = rss_kb()
def work():
    for _ in range(3):
        piece = bytearray(20_000_000)
        del piece
for _ in range(4):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
print(rss_kb() - before)
"""


def test_large_pieces_go_back_to_the_system_whichever_thread_used_them() -> None:
    told = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60)
    assert int(told.stdout) < 10_000
