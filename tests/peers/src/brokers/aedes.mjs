// Aedes on the two ports that it is given: TCP, and WebSocket. With a folder as well it remembers what it holds there.

import { Aedes } from "aedes";
import levelPersistence from "aedes-persistence-level";
import { ClassicLevel } from "classic-level";
import { createServer } from "node:net";
import { createServer as createHttpServer } from "node:http";
import { WebSocketServer, createWebSocketStream } from "ws";

const [tcp, ws, folder] = process.argv.slice(1);
const persistence = folder && levelPersistence(new ClassicLevel(folder, { valueEncoding: "json" }));
const broker = await Aedes.createBroker({ persistence });

const http = createHttpServer();
new WebSocketServer({ server: http }).on("connection", (socket, request) =>
  broker.handle(createWebSocketStream(socket), request),
);

await new Promise((resolve) => createServer(broker.handle).listen(Number(tcp), "127.0.0.1", resolve));
await new Promise((resolve) => http.listen(Number(ws), "127.0.0.1", resolve));
process.once("SIGINT", () => broker.close(() => process.exit(0)));
console.log("running");
