"""The API, version 1: one file per resource, each with its routes; bodies in schemas/, answers in documents/."""
