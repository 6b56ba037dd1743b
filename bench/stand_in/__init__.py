"""A stand-in for AWS that answers the calls of emptying the spool, no others, and as late as it is told."""
