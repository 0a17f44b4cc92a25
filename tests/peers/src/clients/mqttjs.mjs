// MQTT.js, obeying orders: a JSON object a line in, a JSON object a line out.

import mqtt from "mqtt";
import { createInterface } from "node:readline";

const tell = (what) => console.log(JSON.stringify(what));
let client;

const message = ({ topic, payload, qos, retain }) => ({
  topic,
  payload: Buffer.from(payload, "hex"),
  qos,
  retain,
});

const orders = {
  async connect(order) {
    const scheme = order.transport === "ws" ? "ws" : "mqtt";
    const path = order.transport === "ws" ? "/mqtt" : "";
    const v5 = order.version === "5.0";
    client = mqtt.connect(`${scheme}://127.0.0.1:${order.port}${path}`, {
      protocolVersion: v5 ? 5 : 4,
      clientId: order.client_id,
      clean: order.clean,
      reconnectPeriod: 0,
      will: order.will ? message(order.will) : undefined,
      properties: v5 ? { sessionExpiryInterval: order.clean ? 0 : 3600 } : undefined,
    });
    // What the server resumes may arrive at once.
    client.on("message", (topic, payload, { qos, retain }) =>
      tell({ is: "message", topic, payload: payload.toString("hex"), qos, retain }),
    );
    const connack = await new Promise((resolve, reject) => {
      client.once("connect", resolve);
      client.once("error", reject);
    });
    return { is: "connected", session_present: connack.sessionPresent };
  },
  async subscribe({ filter, qos }) {
    const [granted] = await client.subscribeAsync(filter, { qos });
    return { is: "subscribed", granted: granted.qos };
  },
  async publish(order) {
    const { topic, payload, qos, retain } = message(order);
    await client.publishAsync(topic, payload, { qos, retain });
    return { is: "published" };
  },
  async disconnect() {
    await client.endAsync();
    return { is: "disconnected" };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  tell(await orders[order.do](order));
}
