"""What is done with the spool: the pieces that the handlers around it share."""
