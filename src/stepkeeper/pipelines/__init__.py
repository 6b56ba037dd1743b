"""What is done for the pipelines of the map: the pieces that the handlers around it share."""
