"""Letters by mail: writing them, handing them over, and never twice."""
