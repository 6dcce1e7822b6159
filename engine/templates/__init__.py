"""Documents with gaps that FEEL fills: plain text, HTML and .docx; nothing else in them is understood or run."""

from engine.templates.filling import KINDS, Template, TemplateError, compile_template

__all__ = ["KINDS", "Template", "TemplateError", "compile_template"]
