"""PySpark local[THREADS], lag and sum windows, scikit-learn in a pandas UDF. peer_spark.py INPUT OUTPUT"""

import glob
import os
import shutil
import typing

from common import COLUMNS, GAP_MS, N_SCORING, THREADS, WORK, Clock, arguments, model

clock = Clock()
import pandas as pd
from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T

source, out = arguments()
# One JVM, as many shuffle partitions as the data needs (the usual 200 are slower here), no UI, Arrow on.
spark = (
    SparkSession.builder.master(f"local[{THREADS}]")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.memory", "8g")
    .config("spark.sql.shuffle.partitions", str(2 * THREADS))
    .config("spark.sql.execution.arrow.pyspark.enabled", "true")
    .config("spark.sql.execution.arrow.maxRecordsPerBatch", "50000")
    .config("spark.local.dir", WORK)
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.host", "localhost")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
clock.lap("start")
m = model()
place = {event: i for i, event in enumerate(m["scoring"])}
rows = [(event, idf, place.get(event)) for event, idf in m["idf"].items()]
fields = [T.StructField("event", T.StringType()), T.StructField("idf", T.DoubleType()), T.StructField("k", T.IntegerType())]
vocabulary = F.broadcast(spark.createDataFrame(rows, T.StructType(fields)))
text = T.StringType()
schema = T.StructType(
    [T.StructField("user", text), T.StructField("ts", T.LongType()), T.StructField("event", text), T.StructField("app", text)]
)
events = spark.read.parquet(source) if source.endswith("parquet") else spark.read.schema(schema).json(source)
gap = F.lit(0)
for app, ms in GAP_MS.items():
    gap = F.when(F.col("app") == app, F.lit(ms)).otherwise(gap)
window = Window.partitionBy("user", "app").orderBy("ts")
fresh = F.coalesce((F.col("ts") - F.lag("ts").over(window) >= gap).cast("int"), F.lit(0))
running = F.sum("fresh").over(window.rowsBetween(Window.unboundedPreceding, 0))
sessions = events.select("user", "app", "ts", "event").withColumn("fresh", fresh).withColumn("sid", running)
weight = lambda i: F.coalesce(F.sum(F.when(F.col("k") == i, F.col("idf"))), F.lit(0.0)).alias(f"w{i}")
tail = F.coalesce(F.sum(F.when(F.col("k").isNull(), F.col("idf"))), F.lit(0.0)).alias("tail")
bags = (
    sessions.join(vocabulary, "event", "left")
    .groupBy("user", "app", "sid")
    .agg(
        F.min("ts").alias("session_start"),
        F.max("ts").alias("session_end"),
        F.count("*").alias("n_events"),
        F.coalesce(F.sum("idf"), F.lit(0.0)).alias("whole"),
        tail,
        *[weight(i) for i in range(N_SCORING)],
    )
)
norm = F.sqrt(sum((F.col(f"w{i}") * F.col(f"w{i}") for i in range(1, N_SCORING)), F.col("w0") * F.col("w0")))
ratio = lambda top, bottom: F.when(F.col(bottom) == 0, 0.0).otherwise(F.col(top) / F.col(bottom)).cast("float")
kept = COLUMNS[:5]
table = bags.withColumn("norm", norm).select(
    *kept, *[ratio(f"w{i}", "norm").alias(f"f{i}") for i in range(N_SCORING)], ratio("tail", "whole").alias(f"f{N_SCORING}")
)
# Sorted before predicting: a range sort samples its input first, so all above it runs twice.
table = table.orderBy("user", "app", "session_start")
path, kinds = os.path.join(WORK, "rf.joblib"), m["kinds"]


@F.pandas_udf("string")
def predict(batches: typing.Iterator[pd.DataFrame]) -> typing.Iterator[pd.Series]:
    import joblib
    import numpy as np

    classifier = joblib.load(path)
    classifier.n_jobs = 1
    names = np.array(kinds)
    for batch in batches:
        yield pd.Series(names[classifier.predict(batch.to_numpy(np.float32))])


columns = [f"f{i}" for i in range(N_SCORING + 1)]
parts = out + ".dir"
shutil.rmtree(parts, ignore_errors=True)
table.select(*kept, predict(F.struct(*columns)).alias("label")).write.csv(parts)
with open(out, "wb") as file:
    file.write((",".join(COLUMNS) + "\n").encode())
    for part in sorted(glob.glob(parts + "/part-*.csv")):
        with open(part, "rb") as piece:
            shutil.copyfileobj(piece, file, 1 << 20)
shutil.rmtree(parts)
clock.lap("job")
clock.done()
spark.stop()
