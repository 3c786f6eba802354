"""The live sight: a stack as AWS shows it through boto3."""
