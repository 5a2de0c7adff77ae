"""measure.py CMD...: runs it and prints JSON: wall and CPU seconds, peak memory of the whole process tree (sampled every 50 ms, shared pages
counted once a process), its stages, and the load. CPU seconds hold on a busy machine, wall seconds do not."""

import json
import os
import subprocess
import sys
import threading
import time

import psutil

started = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
root, peak, cpu, ended = psutil.Process(process.pid), 0, {}, threading.Event()


def watch():
    global peak
    while not ended.wait(0.05):
        try:
            tree = [root, *root.children(recursive=True)]
        except psutil.Error:
            continue
        resident = 0
        for one in tree:
            try:
                resident += one.memory_info().rss
                times = one.cpu_times()
                cpu[one.pid] = times.user + times.system
            except psutil.Error:
                pass
        peak = max(peak, resident)


watcher = threading.Thread(target=watch, daemon=True)
watcher.start()
out, err = process.communicate()
wall = time.perf_counter() - started
ended.set()
watcher.join()
if process.returncode:
    print(out[-2000:], err[-4000:], file=sys.stderr)
    sys.exit(process.returncode)
stages = [json.loads(line[7:]) for line in out.splitlines() if line.startswith("STAGES ")]
figures = {"wallSeconds": round(wall, 2), "cpuSeconds": round(sum(cpu.values()), 2), "peakMegabytes": peak >> 20}
print(json.dumps({**figures, "load": round(os.getloadavg()[0], 1), "stages": stages[0] if stages else {}}))
