"""gen.py EVENTS SEED OUT_PREFIX [jsonl]: events in random order as OUT.parquet (and OUT.jsonl), one row a session as OUT.truth.csv.

Truth sessions equal gap sessions by construction: inside a session every step is shorter than the app's gap (about 0.2 % are gap - 1 ms),
between sessions it is the gap or longer (about 2 % exactly the gap). Set TIME_ORDERED=1 for events in order of time.
"""

import os
import sys

import numpy as np
import polars as pl
import pyarrow.parquet as pq
from common import GAP_MS

EVENT_NAMES, KINDS = 300, ["search", "browse", "save", "shop", "profile", "noise"]
APPS = list(GAP_MS)


def vocabulary():
    r = np.random.Generator(np.random.PCG64(7))
    verbs = ["view", "click", "scroll", "open", "load", "tap", "swipe", "log", "sync", "ping"]
    nouns = "pin board home feed item cart menu card ad note tab video grid user map".split()
    every = [f"{n}_{v}{s}" for s in ("", "_v2") for n in nouns for v in verbs]
    names = [every[i] for i in r.permutation(EVENT_NAMES)]
    zipf = 1.0 / (np.arange(EVENT_NAMES) + 3.0) ** 1.05
    zipf /= zipf.sum()
    scoring = [2, 4, 5, 7, 9, 12, 14, 18, 22, 27, 33, 38, 45]
    profile = np.zeros((6, EVENT_NAMES))
    for k in range(5):
        for j, w in zip([(k * 5 + j) % 13 for j in range(3)], (1.0, 0.6, 0.35)):
            profile[k, scoring[j]] += w
        for j in ((k * 3 + 1) % 13, (k * 7 + 4) % 13):
            profile[k, scoring[j]] += 0.15
    profile[5] = zipf
    profile[5, scoring] = 0
    profile /= profile.sum(1, keepdims=True)
    return names, zipf, [names[i] for i in scoring], profile


def owners(r, sessions):
    """User and app of each session: a (user, app) pair holds 1 + Poisson(1.5) sessions, a third of the users have both apps."""
    pair = np.repeat(np.arange(sessions), 1 + r.poisson(1.5, sessions))[:sessions]
    pairs = pair[-1] + 1
    user = np.cumsum(r.random(pairs) > 0.33).astype(np.int64)
    app = (r.random(pairs) < 0.4).astype(np.int64)
    second = np.flatnonzero(np.concatenate([[False], user[1:] == user[:-1]]))
    third = second[np.isin(second - 1, second)]
    second = np.setdiff1d(second, third)
    app[second] = 1 - app[second - 1]
    user[third] = user.max() + 1 + np.arange(len(third))
    app[third] = 0
    return pair, user, app


def generate(n, seed):
    names, zipf, _, profile = vocabulary()
    r = np.random.Generator(np.random.PCG64(seed))
    sessions = n // 16 + 1000
    length = np.maximum(1, np.rint(np.exp(2.5 + 0.9 * r.standard_normal(sessions)))).astype(np.int64)
    total = np.cumsum(length)
    sessions = int(np.searchsorted(total, n)) + 1
    length = length[:sessions]
    length[-1] -= total[sessions - 1] - n
    pair, user_of, app_of = owners(r, sessions)
    gap = np.array([GAP_MS[a] for a in APPS])[app_of[pair]]
    kind = r.choice(6, sessions, p=[0.25, 0.22, 0.17, 0.14, 0.12, 0.10])
    # Which event: from the session's profile, a second one that bleeds in, or the background.
    other, bleed = r.integers(0, 6, sessions), r.beta(1.2, 6, sessions)
    own_share = np.where(kind == 5, r.beta(6, 3, sessions), r.beta(4, 4, sessions))
    sid = np.repeat(np.arange(sessions), length)
    k = np.where(r.random(n) < bleed[sid], other[sid], kind[sid])
    draw = lambda p, u: np.searchsorted(np.cumsum(p), u * p.sum(), side="right").clip(0, EVENT_NAMES - 1)
    event = draw(zipf, r.random(n))
    own, u = r.random(n) < own_share[sid], r.random(n)
    for q in range(6):
        chosen = own & (k == q)
        event[chosen] = draw(profile[q], u[chosen])
    # When: steps inside a session, pauses between the sessions of a pair.
    # At least 1 ms: two equal events at once would be duplicates, which the product drops and the peers count.
    step = np.minimum(1 + r.exponential(45_000, n).astype(np.int64), gap[sid] - 1)
    exact = r.random(n) < 0.002
    step[exact] = gap[sid][exact] - 1
    first = np.flatnonzero(np.concatenate([[True], sid[1:] != sid[:-1]]))
    step[first] = 0
    since = np.cumsum(step)
    last = np.concatenate([first[1:] - 1, [n - 1]])
    duration = since[last] - since[first]
    between = gap + r.exponential(2 * 3_600_000, sessions).astype(np.int64)
    between[r.random(sessions) < 0.02] = 0
    between = np.maximum(between, gap)
    opens = np.concatenate([[True], pair[1:] != pair[:-1]])
    offset = np.cumsum(np.where(opens, 0, between + np.concatenate([[0], duration[:-1]])))
    base = np.maximum.accumulate(np.where(opens, np.arange(sessions), 0))
    start = (1_790_000_000_000 + r.integers(0, 20 * 3_600_000, sessions))[base] + offset - offset[base]
    ts = start[sid] + since - since[first][sid]
    user = np.array([f"u{(int(q) * 0x9E3779B97F4A7C15 + seed) % 2**64:016x}" for q in range(user_of.max() + 1)])
    users, apps = user[user_of[pair]], np.array(APPS)[app_of[pair]]
    order = np.argsort(ts, kind="stable") if os.environ.get("TIME_ORDERED") else r.permutation(n)
    events = pl.DataFrame(
        {
            "user": pl.Series(users).gather(sid[order]),
            "ts": ts[order],
            "event": pl.Series(np.array(names)).gather(event[order]),
            "app": pl.Series(apps).gather(sid[order]),
        }
    )
    truth = pl.DataFrame(
        {
            "user": users,
            "app": apps,
            "session_start": start,
            "session_end": start + duration,
            "n_events": length,
            "label": np.array(KINDS)[kind],
        }
    ).sort("user", "app", "session_start")
    return events, truth


if __name__ == "__main__":
    count, seed, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    events, truth = generate(count, seed)
    pq.write_table(events.to_arrow(), out + ".parquet", row_group_size=122_880, compression="snappy")
    if "jsonl" in sys.argv:
        events.write_ndjson(out + ".jsonl")
    truth.write_csv(out + ".truth.csv")
    print(out, "events", count, "sessions", len(truth))
