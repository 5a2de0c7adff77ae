"""Polars (lazy) + numpy + scikit-learn. peer_polars.py INPUT OUTPUT"""

import os

from common import GAP_MS, N_SCORING, THREADS, Clock, arguments, forest, model

os.environ.setdefault("POLARS_MAX_THREADS", str(THREADS))
import numpy as np
import polars as pl

SCHEMA = {"user": pl.String, "ts": pl.Int64, "event": pl.String, "app": pl.String}


def scan(path):
    return pl.scan_parquet(path) if path.endswith("parquet") else pl.scan_ndjson(path, schema=SCHEMA)


def vocabulary(m):
    place = {event: i for i, event in enumerate(m["scoring"])}
    columns = {"event": list(m["idf"]), "idf": list(m["idf"].values()), "k": [place.get(e, N_SCORING) for e in m["idf"]]}
    return pl.DataFrame(columns, schema_overrides={"k": pl.Int64})


def sessionise(events, vocab):
    gap = pl.col("app").replace_strict(GAP_MS, return_dtype=pl.Int64)
    other = (pl.col("user") != pl.col("user").shift()) | (pl.col("app") != pl.col("app").shift())
    new = (other | (pl.col("ts").diff() >= gap)).fill_null(True)
    joined = events.join(vocab.lazy(), on="event", how="left").select("user", "app", "ts", "idf", "k")
    return joined.sort("user", "app", "ts").with_columns(new.cum_sum().sub(1).cast(pl.Int64).alias("sid"))


def bags(df):
    """Sessions, and their weights: 13 scoring columns and one for the long tail."""
    first = [pl.col("user").first(), pl.col("app").first()]
    times = [pl.col("ts").min().alias("session_start"), pl.col("ts").max().alias("session_end"), pl.len().alias("n_events")]
    sessions = df.group_by("sid", maintain_order=True).agg(*first, *times)
    cell = (df["sid"] * (N_SCORING + 1) + df["k"].fill_null(N_SCORING)).to_numpy()
    size = len(sessions) * (N_SCORING + 1)
    weights = np.bincount(cell, weights=df["idf"].fill_null(0.0).to_numpy(), minlength=size)
    return sessions, weights.reshape(-1, N_SCORING + 1)


def features(weights):
    scoring = weights[:, :N_SCORING]
    norm, total = np.sqrt((scoring * scoring).sum(1, keepdims=True)), weights.sum(1)
    x = np.empty(weights.shape, np.float32)
    x[:, :N_SCORING] = scoring / np.where(norm == 0, 1, norm)
    x[:, N_SCORING] = weights[:, N_SCORING] / np.where(total == 0, 1, total)
    return x


if __name__ == "__main__":
    source, out = arguments()
    clock, m, classifier = Clock(), model(), forest()
    clock.lap("load model")
    df = sessionise(scan(source), vocabulary(m)).collect()
    clock.lap("read + sessions")
    sessions, weights = bags(df)
    x = features(weights)
    clock.lap("features")
    label = np.array(m["kinds"])[classifier.predict(x).astype(int)]
    clock.lap("predict")
    kept = sessions.select("user", "app", "session_start", "session_end", "n_events")
    kept.with_columns(pl.Series("label", label)).write_csv(out)
    clock.lap("write")
    clock.done()
