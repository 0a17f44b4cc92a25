"""Publishes and receives at every QoS, retained and with a will, through the broker at the given port."""

import queue
import sys
import time

import paho.mqtt.client as mqtt

transport, port, version = sys.argv[1], int(sys.argv[2]), sys.argv[3]
protocol = {"3.1.1": mqtt.MQTTv311, "5.0": mqtt.MQTTv5}[version]
prefix = f"paho/{transport}/{version}"
arrived = queue.Queue()
answers = queue.Queue()


def client(name):
    made = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=name, protocol=protocol, transport=transport)
    made.on_connect = lambda _client, _data, _flags, reason, _properties: answers.put(("connected", str(reason)))
    made.on_subscribe = lambda _client, _data, _id, reasons, _properties: answers.put(
        ("subscribed", [reason.value for reason in reasons])
    )
    made.on_message = lambda _client, _data, message: arrived.put(
        (message.topic, bytes(message.payload), message.qos, bool(message.retain))
    )
    return made


def start(made):
    made.connect("127.0.0.1", port, keepalive=30)
    made.loop_start()
    answer = answers.get(timeout=10)
    assert answer == ("connected", "Success"), answer


def expect(*message):
    received = arrived.get(timeout=10)
    assert received == message, (received, message)


listener = client("listener")
start(listener)
speaker = client("speaker")
speaker.will_set(f"{prefix}/will", b"gone", qos=1)
start(speaker)

# What is retained before anyone subscribes arrives with the mark.
speaker.publish(f"{prefix}/kept", b"early", qos=1, retain=True).wait_for_publish(10)
listener.subscribe(f"{prefix}/#", qos=2)
answer = answers.get(timeout=10)
assert answer == ("subscribed", [2]), answer
expect(f"{prefix}/kept", b"early", 1, True)

for qos in (0, 1, 2):
    payload = bytes(range(256)) * (qos + 1)
    speaker.publish(f"{prefix}/{qos}", payload, qos=qos).wait_for_publish(10)
    expect(f"{prefix}/{qos}", payload, qos, False)

# A connection that breaks without a DISCONNECT leaves its will behind.
speaker.loop_stop()
speaker.socket().close()
expect(f"{prefix}/will", b"gone", 1, False)

# An empty retained payload forgets the message.
listener.publish(f"{prefix}/kept", b"", qos=1, retain=True).wait_for_publish(10)
expect(f"{prefix}/kept", b"", 1, False)
listener.unsubscribe(f"{prefix}/#")
time.sleep(0.2)
listener.publish(f"{prefix}/0", b"unheard", qos=1).wait_for_publish(10)
time.sleep(0.3)
assert arrived.empty(), arrived.get()
listener.disconnect()
listener.loop_stop()
print("ok")
