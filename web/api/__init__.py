"""The REST API under /api/v1: programs act through the same commands as people, with a key of their own."""

from __future__ import annotations

from web.api import cases, document, documents, jobs, messages, processes, tasks
from web.api.routes import api

__all__ = ["api", "cases", "document", "documents", "jobs", "messages", "processes", "tasks"]
