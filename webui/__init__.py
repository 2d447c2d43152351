"""People and browsers: Flask pages over the engine's acts and reports."""
