"""Makes the frozen model once: IDF of 200,000 training sessions, a scikit-learn forest (250 trees, at least 1,000 rows a leaf), and features
for the product's own forest (train.f32: rows x 14 little-endian floats; train.u8: labels)."""

import json
import os

import gen
import joblib
import numpy as np
import peer_polars
import polars as pl
from common import N_SCORING, THREADS, WORK
from sklearn.ensemble import RandomForestClassifier

TRAINING = 200_000
names, _, scoring, _ = gen.vocabulary()
events = pl.scan_parquet(os.path.join(WORK, "train.parquet"))
truth = pl.read_csv(os.path.join(WORK, "train.truth.csv"))
every = pl.DataFrame({"event": names, "idf": 1.0, "k": range(len(names))}, schema_overrides={"k": pl.Int64})
df = peer_polars.sessionise(events, every).collect().unique(["sid", "k"])
count = df["sid"].max() + 1
assert count == len(truth), (count, len(truth))
pick = np.random.Generator(np.random.PCG64(1)).permutation(count)[:TRAINING]
learned = np.zeros(count, bool)
learned[pick] = True
frequency = np.bincount(df["k"].to_numpy()[learned[df["sid"].to_numpy()]], minlength=len(names))
model = {"idf": dict(zip(names, np.log(TRAINING / np.maximum(1, frequency)).tolist())), "scoring": scoring, "kinds": gen.KINDS}
with open(os.path.join(WORK, "model.json"), "w") as file:
    json.dump(model, file)
_, weights = peer_polars.bags(peer_polars.sessionise(events, peer_polars.vocabulary(model)).collect())
x = peer_polars.features(weights)[pick]
codes = {kind: i for i, kind in enumerate(gen.KINDS)}
y = truth["label"].replace_strict(codes, return_dtype=pl.Int64).to_numpy()[pick]
own = x.copy()
own[:, N_SCORING] = 1 - x[:, N_SCORING]
own.astype("<f4").tofile(os.path.join(WORK, "train.f32"))
y.astype(np.uint8).tofile(os.path.join(WORK, "train.u8"))
forest = RandomForestClassifier(n_estimators=250, min_samples_leaf=1000, n_jobs=THREADS, random_state=1).fit(x, y)
joblib.dump(forest, os.path.join(WORK, "rf.joblib"))
print("accuracy on the training rows", (forest.predict(x) == y).mean())
