"""The scoring job that all peers do: shared constants, the frozen model, and a stage clock.

Events (user, ts in epoch ms, event, app) -> sessions per (user, app), a pause of the app's gap or longer starts a new one -> w = tf * idf with a
frozen IDF -> 13 scoring weights scaled to length 1, and the long-tail share of all weight -> random forest -> CSV sorted by user, app, start.
Peers do not divide the noise share by the batch's mean, as the product does.
"""

import json
import os
import sys
import time

WORK = os.environ["PEERS_WORK"]
THREADS = int(os.environ.get("PEERS_THREADS", "2"))
GAP_MS = {"web": 1_800_000, "lite": 600_000}
N_SCORING = 13
COLUMNS = ["user", "app", "session_start", "session_end", "n_events", "label"]


def model():
    """{'idf': {event: ln(N/df)}, 'scoring': [13 names], 'kinds': [6 names]}, made by prep.py."""
    with open(os.path.join(WORK, "model.json")) as file:
        return json.load(file)


def forest():
    import joblib

    classifier = joblib.load(os.path.join(WORK, "rf.joblib"))
    classifier.n_jobs = THREADS
    return classifier


class Clock:
    def __init__(self):
        self.last = time.perf_counter()
        self.stages = {}

    def lap(self, name):
        now = time.perf_counter()
        self.stages[name] = round(now - self.last, 3)
        self.last = now

    def done(self):
        print("STAGES " + json.dumps(self.stages), flush=True)


def arguments():
    """peer.py INPUT OUTPUT"""
    return sys.argv[1], sys.argv[2]
