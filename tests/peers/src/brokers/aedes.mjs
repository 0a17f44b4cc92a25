// Aedes on the two ports that it is given: TCP, and WebSocket.

import { Aedes } from "aedes";
import { createServer } from "node:net";
import { createServer as createHttpServer } from "node:http";
import { WebSocketServer, createWebSocketStream } from "ws";

const [tcp, ws] = process.argv.slice(-2).map(Number);
const broker = await Aedes.createBroker();

const http = createHttpServer();
new WebSocketServer({ server: http }).on("connection", (socket, request) =>
  broker.handle(createWebSocketStream(socket), request),
);

await new Promise((resolve) => createServer(broker.handle).listen(tcp, "127.0.0.1", resolve));
await new Promise((resolve) => http.listen(ws, "127.0.0.1", resolve));
console.log("running");
