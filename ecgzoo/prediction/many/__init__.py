"""Many records: answered shard by shard through Apache Beam, into Parquet."""
