"""DuckDB SQL + scikit-learn. peer_duckdb.py INPUT OUTPUT"""

import duckdb
import numpy as np
import pyarrow as pa
from common import COLUMNS, GAP_MS, N_SCORING, THREADS, Clock, arguments, forest, model

source, out = arguments()
clock, m, classifier = Clock(), model(), forest()
db = duckdb.connect()
db.execute(f"SET threads={THREADS}")
db.execute("SET preserve_insertion_order=false")
place = {event: i for i, event in enumerate(m["scoring"])}
vocabulary = pa.table(
    {"event": list(m["idf"]), "idf": list(m["idf"].values()), "k": pa.array([place.get(e) for e in m["idf"]], pa.int8())}
)
db.register("vocabulary_table", vocabulary)
db.execute("CREATE TABLE vocabulary AS SELECT * FROM vocabulary_table")
clock.lap("load model")
columns = "{user: 'VARCHAR', ts: 'BIGINT', event: 'VARCHAR', app: 'VARCHAR'}"
json = f"read_json('{source}', format='newline_delimited', columns={columns})"
reader = f"read_parquet('{source}')" if source.endswith("parquet") else json
gap = "CASE app " + " ".join(f"WHEN '{app}' THEN {ms}" for app, ms in GAP_MS.items()) + " END"
db.execute(f"CREATE TEMP TABLE e AS SELECT user, app, ts, event FROM {reader}")
db.execute(
    f"""CREATE TEMP TABLE s AS
    WITH x AS (SELECT user, app, ts, event, (ts - lag(ts) OVER w >= {gap})::INT AS fresh
               FROM e WINDOW w AS (PARTITION BY user, app ORDER BY ts))
    SELECT user, app, ts, event,
           sum(coalesce(fresh, 0)) OVER (PARTITION BY user, app ORDER BY ts ROWS UNBOUNDED PRECEDING) AS sid FROM x"""
)
clock.lap("read + sessions")
weights = ", ".join(f"coalesce(sum(idf) FILTER (k = {i}), 0) AS w{i}" for i in range(N_SCORING))
norm = "sqrt(" + " + ".join(f"w{i}*w{i}" for i in range(N_SCORING)) + ")"
scaled = ", ".join(f"(CASE WHEN norm = 0 THEN 0 ELSE w{i} / norm END)::FLOAT AS f{i}" for i in range(N_SCORING))
table = db.execute(
    f"""WITH b AS (SELECT user, app, sid, min(ts) AS session_start, max(ts) AS session_end, count(*) AS n_events, {weights},
                          coalesce(sum(idf), 0) AS whole, coalesce(sum(idf) FILTER (k IS NULL), 0) AS tail
                   FROM s LEFT JOIN vocabulary USING (event) GROUP BY user, app, sid),
             n AS (SELECT *, {norm} AS norm FROM b)
        SELECT user, app, session_start, session_end, n_events, {scaled},
               (CASE WHEN whole = 0 THEN 0 ELSE tail / whole END)::FLOAT AS f{N_SCORING} FROM n"""
).to_arrow_table()
clock.lap("features")
x = np.column_stack([table[f"f{i}"].to_numpy() for i in range(N_SCORING + 1)])
label = np.array(m["kinds"])[classifier.predict(x)]
clock.lap("predict")
db.register("result", table.select(COLUMNS[:5]).append_column("label", pa.array(label)))
db.execute(f"COPY (SELECT * FROM result ORDER BY user, app, session_start) TO '{out}' (HEADER)")
clock.lap("write")
clock.done()
