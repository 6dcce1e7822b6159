"""Templates are compiled once for all processes: what Jinja makes of them is kept as Python keeps its modules."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

FOLDER = "__pycache__"


class Kept(FileSystemBytecodeCache):
    """Compiled templates in a folder, where they can be kept: a full disk keeps no page from being shown."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def init_app(app: Flask) -> None:
    """Keep the compiled templates of `app` beside their sources, where the program may write there."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    folder = Path(app.root_path, str(app.template_folder), FOLDER)
    if sys.dont_write_bytecode or not os.access(folder.parent, os.W_OK):
        return
    folder.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = Kept(str(folder), "%s.jinja")
