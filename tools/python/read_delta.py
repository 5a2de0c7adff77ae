"""Prints a Delta table as JSON, read by the deltalake package: folder, then optionally a version."""

import json
import os
import sys

from deltalake import DeltaTable

table = DeltaTable(sys.argv[1], version=int(sys.argv[2]) if len(sys.argv) > 2 else None)
arrow = table.to_pyarrow_table()
print(
    json.dumps(
        {
            "version": table.version(),
            "types": {field.name: str(field.type) for field in arrow.schema},
            "rows": arrow.to_pylist(),
            "history": [entry.get("userMetadata") for entry in table.history()],
        },
        default=str,
    )
)
# The package's own threads may still run when the interpreter ends, and then abort it ("terminate called without an active exception").
sys.stdout.flush()
os._exit(0)
