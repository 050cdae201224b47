"""The packaged pipeline.toml and taxonomy.yaml: what runs without any file of yours, and what `voc init` copies out."""
