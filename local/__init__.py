"""The embedded AWS and what runs on it: development only, never part of the deployed artifact."""
