"""pandas + numpy + scikit-learn. peer_pandas.py INPUT OUTPUT"""

import numpy as np
import pandas as pd
import pyarrow as pa
from common import GAP_MS, N_SCORING, THREADS, Clock, arguments, forest, model
from peer_polars import features

pa.set_cpu_count(THREADS)
source, out = arguments()
clock, m, classifier = Clock(), model(), forest()
clock.lap("load model")
df = pd.read_parquet(source) if source.endswith("parquet") else pd.read_json(source, lines=True, engine="pyarrow")
df["ts"] = df["ts"].astype("int64")
for column in ("user", "app", "event"):
    df[column] = df[column].astype("category")
clock.lap("read")
df = df.sort_values(["user", "app", "ts"], ignore_index=True)
user, app, ts = df["user"].cat.codes.to_numpy(), df["app"].cat.codes.to_numpy(), df["ts"].to_numpy()
gap = np.array([GAP_MS[name] for name in df["app"].cat.categories])[app]
new = np.ones(len(df), bool)
new[1:] = (user[1:] != user[:-1]) | (app[1:] != app[:-1]) | (np.diff(ts) >= gap[1:])
sid, first = np.cumsum(new) - 1, np.flatnonzero(new)
last = np.append(first[1:], len(df)) - 1
sessions = pd.DataFrame(
    {
        "user": df["user"].iloc[first].astype(str).to_numpy(),
        "app": df["app"].iloc[first].astype(str).to_numpy(),
        "session_start": ts[first],
        "session_end": ts[last],
        "n_events": last - first + 1,
    }
)
clock.lap("sessions")
names = df["event"].cat.categories
place = {event: i for i, event in enumerate(m["scoring"])}
idf = np.array([m["idf"].get(event, 0.0) for event in names])[df["event"].cat.codes]
k = np.array([place.get(event, N_SCORING) for event in names])[df["event"].cat.codes]
size = len(sessions) * (N_SCORING + 1)
x = features(np.bincount(sid * (N_SCORING + 1) + k, weights=idf, minlength=size).reshape(-1, N_SCORING + 1))
clock.lap("features")
sessions["label"] = np.array(m["kinds"])[classifier.predict(x)]
clock.lap("predict")
sessions.to_csv(out, index=False)
clock.lap("write")
clock.done()
