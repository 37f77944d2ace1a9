"""The export of readings as a table: CSV or Parquet, a row a reading or a row an instant."""
