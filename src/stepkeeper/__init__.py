"""Keeps scheduled AWS Step Functions pipelines running for a team of one."""
