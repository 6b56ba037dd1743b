"""The rules: values in, decisions out. Nothing here talks to AWS, reads a variable or asks for the time."""
