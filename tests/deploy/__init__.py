"""What lies in deploy/ is held by a schema or a tool where there is one, by the product's own names, and by itself.

No container is built and no cluster is asked: docs/operations.md says what that leaves open.
"""
