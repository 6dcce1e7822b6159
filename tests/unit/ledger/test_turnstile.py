"""Who came first goes first."""

from __future__ import annotations

import threading

from ledger.turnstile import Turnstile


def test_threads_pass_in_the_order_of_arrival() -> None:
    turnstile, passed, waiting = Turnstile(), list[int](), []
    with turnstile.passage():
        for number in range(8):
            arrived = threading.Event()

            def go(number: int = number, arrived: threading.Event = arrived) -> None:
                arrived.set()
                with turnstile.passage():
                    passed.append(number)

            thread = threading.Thread(target=go)
            thread.start()
            arrived.wait()
            while turnstile.queue_length <= number:
                pass
            waiting.append(thread)
    for thread in waiting:
        thread.join()
    assert passed == list(range(8))


def test_a_failing_body_gives_the_turn_on() -> None:
    turnstile = Turnstile()
    for _ in range(2):
        try:
            with turnstile.passage():
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    assert turnstile.queue_length == 0
