"""However much changes, a screen hears of a call at once; of everything else once in a while, the last never lost."""

import asyncio
from collections.abc import AsyncIterator

from central.live import Live, News


async def told(live: Live, news: AsyncIterator[News], *done: str) -> News:
    """What comes next after these were done."""
    coming = asyncio.ensure_future(anext(news))
    await asyncio.sleep(0)  # it listens from its first step on
    for one in done:
        getattr(live, one)()
    return await asyncio.wait_for(coming, 20)


def test_a_call_waits_for_no_quiet_time() -> None:
    async def listen() -> list[News]:
        live = Live(lambda: "")
        live.start()
        news = live.news()
        found = [await told(live, news, "changed")]
        # The quiet time has begun: a change alone would be told at its end.
        found.append(await told(live, news, "changed", "called"))
        found.append(await told(live, news, "called"))
        found.append(await told(live, news))
        await live.end()
        return found

    # Control: what is no call waits for the quiet time, and is told then.
    assert asyncio.run(asyncio.wait_for(listen(), 60)) == [News.CHANGED, News.CALLED, News.CALLED, News.CHANGED]


def test_many_changes_are_told_twice_the_first_and_the_last() -> None:
    async def listen() -> list[News]:
        live = Live(lambda: "")
        live.start()
        news = live.news()
        found = [await told(live, news, "changed"), await told(live, news, *["changed"] * 50)]
        await live.end()
        found += [one async for one in news]
        return found

    assert asyncio.run(asyncio.wait_for(listen(), 60)) == [News.CHANGED, News.CHANGED]
