"""The Lambda handlers, one a file: settings, gather, decide, act."""
