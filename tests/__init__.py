"""Tests in four rings: unit, integration, e2e and house."""
