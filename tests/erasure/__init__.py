"""Tests of erasure, holds, retention, users and the life of keys."""
