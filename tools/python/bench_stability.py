"""Peer of bench/ml/kmedoids.ts. Arguments: points.f32, dimensions, subsets, then k and labels.u16 of each clustering. Prints JSON; one thread.

What one writes with Python's `kmedoids`: the distance matrix once, then for each random half its part of the matrix, FasterPAM from a
random start for each k, and the largest Jaccard similarity of each cluster.
"""

import json
import sys
import time

import kmedoids
import numpy as np
from sklearn.metrics import pairwise_distances

values, dimensions, subsets = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
known = [(int(k), np.fromfile(file, dtype=np.uint16).astype(np.int64)) for k, file in zip(sys.argv[4::2], sys.argv[5::2])]
points = np.fromfile(values, dtype=np.float32).reshape(-1, dimensions)
n = len(points)
wall, cpu = time.perf_counter(), time.process_time()
matrix = pairwise_distances(points).astype(np.float32)
means = {k: 0.0 for k, _ in known}
for subset in range(subsets):
    rows = np.sort(np.random.default_rng(subset).choice(n, n // 2, replace=False))
    half = np.ascontiguousarray(matrix[np.ix_(rows, rows)])
    for k, labels in known:
        again = kmedoids.fasterpam(half, k, max_iter=100, init="random", random_state=subset, n_cpu=1).labels.astype(np.int64)
        both = np.zeros((k, k))
        np.add.at(both, (labels[rows], again), 1)
        union = both.sum(1, keepdims=True) + both.sum(0, keepdims=True) - both
        means[k] += float((both / np.maximum(union, 1)).max(1).mean()) / subsets
figures = {"wallSeconds": round(time.perf_counter() - wall, 3), "cpuSeconds": round(time.process_time() - cpu, 3)}
step = f"Python loop over kmedoids, {subsets} half subsets of n = {n}, {len(known)} k"
print(json.dumps({"meanJaccards": {k: round(mean, 3) for k, mean in means.items()}, "steps": [{"step": step, **figures}]}))
