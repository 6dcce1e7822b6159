"""Gives the rooms below what they need from one another: the ports and hooks of a store."""

from __future__ import annotations

from collections.abc import Mapping

from crm_entities import segments
from engine import conditions
from engine import ports as engine_ports
from ledger.store import Store
from scheduler import feed, notices
from scheduler import ports as scheduler_ports
from web import services
from web.settings import Settings
from web.wiring.links import PageLinks
from web.wiring.people import StaffPeople
from web.wiring.recipients import RecordNames, StaffRecipients
from web.wiring.segments import ClientSegments, SegmentUses
from web.wiring.service_tasks import Topics
from web.wiring.subjects import Records
from web.wiring.working_time import Calendars


def connect(
    store: Store,
    settings: Settings,
    *,
    topics: Mapping[str, engine_ports.ServiceTask] | None = None,
) -> None:
    """Fill the ports and hooks of `store`; `topics` are service tasks done here beside the built-in ones."""
    store.ports.update(
        {
            engine_ports.People: StaffPeople(),
            engine_ports.Subjects: Records(),
            engine_ports.WorkingTime: Calendars(),
            engine_ports.ServiceTasks: Topics(
                services.of_program(store, settings) | dict(topics or {})
            ),
            scheduler_ports.Recipients: StaffRecipients(),
            scheduler_ports.Names: RecordNames(),
            scheduler_ports.Clients: ClientSegments(),
            segments.Uses: SegmentUses(),
            scheduler_ports.Links: PageLinks(settings.address),
            scheduler_ports.MailSettings: settings,
        }
    )
    store.before_commit += [conditions.record_changed, notices.tell, feed.tell]
