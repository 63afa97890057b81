"""The pages: one file for each thing people come to see or do."""
