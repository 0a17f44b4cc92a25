"""paho-mqtt, obeying orders: a JSON object a line in, a JSON object a line out."""

import json
import sys
import threading

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

lock = threading.Lock()


def tell(**what):
    with lock:
        print(json.dumps(what), flush=True)


def connect(order):
    v5 = order["version"] == "5.0"
    made = mqtt.Client(
        mqtt.CallbackAPIVersion.VERSION2,
        client_id=order["client_id"],
        clean_session=None if v5 else order["clean"],
        protocol=mqtt.MQTTv5 if v5 else mqtt.MQTTv311,
        transport="websockets" if order["transport"] == "ws" else "tcp",
    )
    made.on_connect = on_connect
    made.on_subscribe = lambda _client, _data, _id, reasons, _properties: tell(
        **{"is": "subscribed", "granted": reasons[0].value}
    )
    made.on_message = on_message
    # An answer ends the order that is obeyed; QoS 0 is done when it is sent.
    made.on_publish = lambda *_: tell(**{"is": "published"})
    will = order["will"]
    if will:
        made.will_set(will["topic"], bytes.fromhex(will["payload"]), will["qos"], will["retain"])
    if v5:
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = 0 if order["clean"] else 3600
        made.connect("127.0.0.1", order["port"], 30, clean_start=order["clean"], properties=properties)
    else:
        made.connect("127.0.0.1", order["port"], 30)
    made.loop_start()
    return made


def on_connect(_client, _data, flags, reason, _properties):
    if reason.is_failure:
        tell(**{"is": "failed", "why": str(reason)})
    else:
        tell(**{"is": "connected", "session_present": flags.session_present})


def on_message(_client, _data, message):
    tell(
        **{
            "is": "message",
            "topic": message.topic,
            "payload": bytes(message.payload).hex(),
            "qos": message.qos,
            "retain": bool(message.retain),
        }
    )


client = None
for line in sys.stdin:
    order = json.loads(line)
    match order["do"]:
        case "connect":
            client = connect(order)
        case "subscribe":
            client.subscribe(order["filter"], order["qos"])
        case "publish":
            client.publish(order["topic"], bytes.fromhex(order["payload"]), order["qos"], order["retain"])
        case "disconnect":
            client.disconnect()
            client.loop_stop()
            tell(**{"is": "disconnected"})
