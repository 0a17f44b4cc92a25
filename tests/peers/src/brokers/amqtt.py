"""amqtt on the two ports that it is given: TCP, and WebSocket."""

import asyncio
import sys

from amqtt.broker import Broker

tcp, ws = sys.argv[1:3]


async def main():
    broker = Broker(
        {
            "listeners": {
                "default": {"type": "tcp", "bind": f"127.0.0.1:{tcp}"},
                "ws": {"type": "ws", "bind": f"127.0.0.1:{ws}"},
            },
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        }
    )
    await broker.start()
    print("running", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
