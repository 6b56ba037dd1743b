"""AWS, one service a file: the client first, paging and boto3's shapes hidden, our own values out."""
