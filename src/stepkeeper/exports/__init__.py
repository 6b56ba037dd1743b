"""The export of log groups to S3: what the handlers bucket_checker and log_exporter do it with."""
