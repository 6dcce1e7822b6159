"""A mail filled in with made-up values, for the preview of a template, and what its places mean."""

from __future__ import annotations

from markupsafe import escape

from scheduler import mail_templates, texts
from scheduler.mail_templates import Template
from web import visit
from web.speech import gettext

LINK = "/tasks/42"


def filled(language: str, kind: str, template: Template) -> Template:
    """Return the template as a mail of that kind would look."""
    spoken = texts.words(language)
    words, values = spoken["words"], dict(spoken["sample"])
    lines = _facts(kind, spoken["sample"], words)
    values |= {"facts": "\n".join(lines), "action": words["open_task"], "footer": words["footer"]}
    values["link"] = visit.settings().address + LINK
    markup = "".join(f'<p style="margin:0 0 4px">{escape(line)}</p>' for line in lines)
    return mail_templates.filled(template, values, {"facts": markup})


def places() -> dict[str, str]:
    """Return what may stand in braces, and what it becomes, in the page's language."""
    return {
        "stage": gettext("the stage or task"),
        "process": gettext("the process"),
        "subject": gettext("the client or deal, where the reader may see it"),
        "due": gettext("when it is due, in the reader's zone"),
        "late": gettext("how late it is"),
        "reason": gettext("why the reader is told instead of somebody else"),
        "count": gettext("how many alerts a digest stands for"),
        "who": gettext("the colleague who did it"),
        "name": gettext("the reader"),
        "facts": gettext("the lines about record, due date and reason, or the list of a digest"),
        "link": gettext("the address of the task, case or inbox"),
        "action": gettext("what the link opens, such as Open the task"),
        "footer": gettext("the last line"),
    }


def _facts(kind: str, sample: texts.Sentences, words: texts.Sentences) -> list[str]:
    if kind in ("digest", "outage_summary"):
        return [f"- {sample['stage']} ({sample['subject']})"] * int(sample["count"])
    known = [(words["about"], sample["subject"]), (words["due"], sample["due"])]
    return [words["fact"].format(name=name, value=value) for name, value in known]
