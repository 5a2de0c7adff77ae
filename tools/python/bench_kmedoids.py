"""Peers of bench/ml/kmedoids.ts. Arguments: points.f32, start.u32, dimensions, runs. Prints JSON; one thread each."""

import json
import statistics
import sys
import time

import kmedoids
import numpy as np
from sklearn.metrics import pairwise_distances, silhouette_score

values, start, dimensions, runs = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
points = np.fromfile(values, dtype=np.float32).reshape(-1, dimensions)
medoids = np.fromfile(start, dtype=np.uint32).astype(np.uint64)
n, k = len(points), len(medoids)
steps = []


def timed(step, work):
    wall, cpu = [], []
    for _ in range(runs):
        t, c = time.perf_counter(), time.process_time()
        result = work()
        wall.append(time.perf_counter() - t)
        cpu.append(time.process_time() - c)
    steps.append({"step": step, "wallSeconds": round(statistics.median(wall), 3), "cpuSeconds": round(statistics.median(cpu), 3)})
    return result


def cluster(matrix):
    return kmedoids.fasterpam(matrix, medoids.copy(), max_iter=100, init="first", random_state=None, n_cpu=1)


matrix = timed(f"scikit-learn pairwise_distances, n = {n}", lambda: pairwise_distances(points).astype(np.float32))
found = timed(f"Python kmedoids 0.5.5 fasterpam, n = {n}, k = {k}", lambda: cluster(matrix))
timed(f"Python both, n = {n}", lambda: cluster(pairwise_distances(points).astype(np.float32)))
timed(f"Python kmedoids silhouette, n = {n}", lambda: kmedoids.silhouette(matrix, found.labels, n_cpu=1))
timed(f"scikit-learn silhouette_score, n = {n}", lambda: silhouette_score(matrix, found.labels, metric="precomputed"))
print(json.dumps({"loss": float(found.loss), "steps": steps}))
