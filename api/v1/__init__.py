"""What programs ask over HTTP: keys instead of sessions, JSON instead of pages."""
