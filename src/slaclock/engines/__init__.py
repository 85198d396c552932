"""The clock on engines that users have already: `slaclock.engines.duckdb` and `slaclock.engines.spark`.

Both hand Arrow batches to `slaclock.columns`, so that an engine's answers are the columns' answers.
"""
