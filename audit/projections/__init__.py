"""What one can ask: views made from the events, disposable and rebuilt at will."""
