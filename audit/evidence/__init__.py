"""Proof: trees, proofs and signed checkpoints over bytes."""
