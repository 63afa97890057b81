"""The desk: chain of facts, scores, courses, and what is asked of them."""
