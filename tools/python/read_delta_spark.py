"""Reads a Delta table with Spark, as docs/tables.md says: folder of Delta's jars, table, then versions ("latest" or a number)."""

import glob
import json
import sys

from pyspark.sql import SparkSession

jars, root, versions = sys.argv[1], sys.argv[2], sys.argv[3:]
spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.jars", ",".join(sorted(glob.glob(f"{jars}/*.jar"))))
    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.host", "localhost")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.shuffle.partitions", "2")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")


def read(version):
    source = f"delta.`{root}`" + ("" if version == "latest" else f" VERSION AS OF {version}")
    days = spark.sql(f"SELECT date, count(*) AS n FROM {source} GROUP BY date").collect()
    rows = spark.sql(f"SELECT session_id, user, category_id, event_count, confidence, date FROM {source}").collect()
    return {"byDay": {str(row.date): row.n for row in days}, "rows": [row.asDict() for row in rows]}


history = spark.sql(f"DESCRIBE HISTORY delta.`{root}`").collect()
print(
    json.dumps(
        {
            "read": {version: read(version) for version in versions},
            "schema": {name: kind for name, kind in spark.read.format("delta").load(root).dtypes},
            "history": [{"version": row.version, "operation": row.operation} for row in history],
        },
        default=str,
    )
)
