"""compare.py A.csv B.csv: JSON with whether the sessions are identical, whether each file is sorted, and the share of equal labels."""

import json
import sys

import polars as pl

KEY = ["user", "app", "session_start", "session_end", "n_events"]
TYPES = {"user": pl.String, "app": pl.String, "session_start": pl.Int64, "session_end": pl.Int64, "n_events": pl.Int64}
a, b = (pl.read_csv(path, schema_overrides={**TYPES, "label": pl.String}).select(*KEY, "label") for path in sys.argv[1:3])
order = ["user", "app", "session_start"]
is_sorted = [table.select(order).equals(table.select(order).sort(order)) for table in (a, b)]
a, b = a.sort(order), b.sort(order)
same = a.select(KEY).equals(b.select(KEY))
agreement = float((a["label"] == b["label"]).mean()) if same else None
print(json.dumps({"sessions": [len(a), len(b)], "identical": same, "sorted": is_sorted, "labelAgreement": agreement}))
