"""The watchdog's tick: every deadline of the map that came due is judged, and told where it was missed."""
