"""Runs Lambda functions for LocalStack as processes of this machine: no Docker.

A plugin of LocalStack's namespace `localstack.lambda.runtime_executor`, named `process`. Everything but `executor` and
`plugin` imports nothing of LocalStack.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""
