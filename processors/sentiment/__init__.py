"""How the customer feels. For now snownlp as it is; see `label` for what is known to be wrong with that."""
