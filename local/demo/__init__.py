"""`make demo`: the main job, done for real on a stack that was deployed to the embedded AWS."""
