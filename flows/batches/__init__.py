"""The steps on batches, plain. Each takes and returns references to files, leaves something durable, runs again."""
