"""Requests for records: from asking to an answer."""
