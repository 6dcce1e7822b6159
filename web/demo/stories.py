"""What happened in the last weeks: each story is a case, each line of it a moment and a deed.

A moment is `3 10:30`, that time on the third working day before today, or
`-40m`, minutes ago. Deeds: `start`, `do STAGE [OUTCOME] [field=value …]`,
`message NAME [OUTCOME] [field=value …]`, `claim STAGE LOGIN`, `comment STAGE
LOGIN TEXT`, `move PIPELINE`, `suspend REASON`, `cancel REASON`. A value
`+5` of a field is the date five days after that moment.
"""

from __future__ import annotations

from typing import Final

SALES: Final = (
    # at the first contact: fresh, due soon, overdue, passed on to the manager
    ("-35m start",),
    ("-80m start",),
    ("-170m start",),
    ("1 16:10 start",),
    ("1 09:20 start",),
    ("2 10:40 start",),
    ("4 09:35 start",),
    ("5 13:20 start",),
    # asked to be called later, and called again
    ("9 10:05 start", "9 14:10 do contact later channel=phone needs='After the summer'"),
    (
        "27 09:30 start",
        "27 11:15 do contact later channel=phone needs='Budget is gone for this year'",
    ),
    # preparing the proposal
    ("2 09:10 start", "1 10:25 do contact interested channel=mail needs='200 posters A2'"),
    ("3 11:00 start", "2 15:40 do contact interested channel=visit needs='New brochure'"),
    ("7 09:05 start", "6 10:10 do contact interested channel=phone needs='Web shop banners'"),
    (
        "8 14:00 start",
        "7 11:30 do contact interested channel=mail needs='Menu cards'",
        "6 11:00 comment proposal ingrid 'Please offer the thicker paper as well.'",
    ),
    # a discount that the manager decides on
    (
        "5 09:15 start",
        "5 11:50 do contact interested channel=phone",
        "3 10:20 do proposal discount=18",
    ),
    (
        "4 10:15 start",
        "4 13:20 do contact interested channel=visit",
        "1 14:05 do proposal discount=25",
    ),
    (
        "9 09:45 start",
        "9 10:30 do contact interested channel=phone",
        "7 15:10 do proposal discount=15",
        "7 16:20 do discount-approval declined",
        "6 10:00 do proposal discount=8",
    ),
    # waiting for the client
    (
        "11 10:00 start",
        "10 09:20 do contact interested channel=mail",
        "9 16:45 do proposal discount=0",
    ),
    (
        "6 09:25 start",
        "6 12:05 do contact interested channel=phone",
        "4 17:00 do proposal discount=5",
    ),
    (
        "4 09:55 start",
        "3 10:40 do contact interested channel=phone",
        "1 15:30 do proposal discount=3",
    ),
    # a silent client
    (
        "16 09:30 start",
        "16 11:00 do contact interested channel=mail",
        "13 10:00 do proposal discount=5",
    ),
    # the contract lies with legal
    (
        "12 09:15 start",
        "12 10:45 do contact interested channel=visit",
        "9 09:30 do proposal discount=0",
        "3 11:20 message proposal-answered accepted",
    ),
    (
        "10 13:30 start",
        "9 09:40 do contact interested channel=phone",
        "7 14:30 do proposal discount=5",
        "1 10:10 message proposal-answered accepted",
        "1 11:30 claim contract lucia",
    ),
    # the invoice, and the money
    (
        "8 10:20 start",
        "8 13:15 do contact interested channel=phone",
        "6 09:45 do proposal discount=5",
        "3 10:05 message proposal-answered accepted",
        "1 15:25 do contract contract_number=C-204",
    ),
    (
        "20 09:10 start",
        "19 09:25 do contact interested channel=mail",
        "17 16:00 do proposal discount=0",
        "11 10:00 message proposal-answered accepted",
        "9 14:00 do contract contract_number=C-201",
        "8 10:30 do invoice invoice_number=R-1107",
    ),
    (
        "30 09:40 start",
        "30 11:10 do contact interested channel=phone",
        "28 10:00 do proposal discount=7",
        "22 09:30 message proposal-answered accepted",
        "20 11:00 do contract contract_number=C-195",
        "19 15:00 do invoice invoice_number=R-1098",
    ),
    (
        "16 10:30 start",
        "16 14:00 do contact interested channel=visit",
        "14 11:00 do proposal discount=0",
        "8 13:40 message proposal-answered accepted",
        "6 09:30 do contract contract_number=C-203",
        "5 10:45 do invoice invoice_number=R-1109",
        "2 09:50 message payment-received",
    ),
    # at their end
    (
        "34 09:15 start",
        "34 10:50 do contact interested channel=phone",
        "31 16:30 do proposal discount=5",
        "26 10:15 message proposal-answered accepted",
        "24 14:20 do contract contract_number=C-190",
        "23 10:00 do invoice invoice_number=R-1090",
        "20 09:30 message payment-received",
        "19 11:00 do close done",
    ),
    (
        "31 11:05 start",
        "30 09:20 do contact interested channel=mail",
        "29 10:10 do proposal discount=0",
        "25 15:00 message proposal-answered accepted",
        "23 09:45 do contract contract_number=C-192",
        "22 13:30 do invoice invoice_number=R-1093",
        "19 10:00 message payment-received",
        "18 09:10 do close done",
    ),
    (
        "18 09:50 start",
        "18 13:10 do contact 'not interested' channel=phone deal.lost_reason='Buys from a cousin'",
    ),
    (
        "22 10:10 start",
        "20 16:10 do contact interested channel=mail",
        "17 11:25 do proposal discount=10",
        "12 09:40 message proposal-answered rejected",
    ),
    # in trouble: moved to another pipeline meanwhile, held, given up
    (
        "13 09:20 start",
        "13 10:10 do contact interested channel=phone",
        "11 14:00 do proposal discount=0",
        "5 10:00 move partners",
        "4 11:45 message proposal-answered accepted",
    ),
    (
        "10 09:35 start",
        "9 15:20 do contact interested channel=phone",
        "9 16:05 do proposal discount=5",
        "8 10:00 suspend 'The client is being sold; wait for the new owner'",
    ),
    (
        "14 10:50 start",
        "14 12:00 do contact interested channel=mail",
        "12 09:00 cancel 'Entered twice'",
    ),
)
ORDERS: Final = (
    (
        "12 09:30 start",
        "11 15:00 do brief medium=print appears_on=+40 budget=4200 message_text='Spring sale'",
        "6 11:10 do discussion feasible effort_hours=14",
        "4 10:40 do contract done",
        "2 09:20 message contract-signed signed",
        "1 14:00 do supplier done producer='Print house Kepler' producer_price=1800",
    ),
    (
        "2 10:00 start",
        "1 14:30 do brief medium=outdoor appears_on=+60 budget=9000 message_text='Open day'",
    ),
)
INVOICES: Final = (
    ("-130m start supplier='Paper mill Ahorn' amount=640.5 number=A-7731 pay_by=+14",),
    (
        "4 09:40 start supplier='Studio Fjord' amount=7250 number=55-20 pay_by=+20",
        "3 10:15 do check correct ordered=true",
    ),
    (
        "7 10:05 start supplier='Kepler Maschinen' amount=18400 number=2026-311 pay_by=+10",
        "6 11:20 do check correct ordered=true remark='As ordered in March'",
    ),
    (
        "11 09:10 start supplier='Cleaning service Perle' amount=380 number=P-90 pay_by=+9",
        "10 10:30 do check correct ordered=true",
        "9 09:30 do pay paid paid_on=+0",
    ),
    (
        "9 13:10 start supplier='Office supplies Rabe' amount=1290 number=881 pay_by=+7",
        "8 10:40 do check wrong ordered=false remark='Nobody ordered this'",
        "6 15:20 do clarify withdrawn",
    ),
)
COMPLAINTS: Final = (
    ("-55m start complaint='The colours of the poster are too pale'",),
    (
        "1 10:10 start complaint='Two boxes were missing'",
        "1 11:35 do acknowledge done severity=serious",
    ),
    (
        "13 09:30 start complaint='The delivery came a day late'",
        "13 10:20 do acknowledge done severity=small",
        "12 14:00 do investigate done cause='The carrier was late' justified=true",
        "11 10:30 do goodwill approved compensation=50",
        "11 15:00 do solve done",
        "10 09:15 message client-feedback content",
    ),
)
HANDOVERS: Final = (
    ("2 09:20 start", "1 14:40 do choose done successor=claire reason=workload"),
    (
        "8 10:30 start",
        "7 11:15 do choose done successor=anna reason=wish",
        "6 10:00 do prepare done open_points='One offer, one complaint'",
        "5 15:30 do talk done",
    ),
)
RENEWALS: Final = (("20 10:00 start valid_until=+75 phase=new",),)
NEWCOMERS: Final = (
    (
        "4 10:40 start newcomer='Nadia Haddad' first_day=+12 needs_car=false",
        "2 09:30 do papers done contract_signed=true",
        "1 14:10 do accounts done",
    ),
)
ROLLOUTS: Final = (
    (
        "6 09:00 start department=Sales",
        "2 10:00 do processes done process_count=6 goal='No lead waits longer than a day'",
    ),
)

ALL: Final = {
    "sales": SALES,
    "advertising-order": ORDERS,
    "invoice-approval": INVOICES,
    "complaint": COMPLAINTS,
    "client-handover": HANDOVERS,
    "membership-renewal": RENEWALS,
    "staff-onboarding": NEWCOMERS,
    "crm-rollout": ROLLOUTS,
}
"""Stories by the process they are a case of."""
