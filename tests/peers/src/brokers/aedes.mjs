// Aedes on the two ports that it is given: TCP, and WebSocket. With a folder as well it remembers what it holds there.

import { Aedes } from "aedes";
import levelPersistence from "aedes-persistence-level";
import { ClassicLevel } from "classic-level";
import { createServer } from "node:net";
import { createServer as createHttpServer } from "node:http";
import { WebSocketServer, createWebSocketStream } from "ws";

const [tcp, ws, folder] = process.argv.slice(1);
const store = folder && new ClassicLevel(folder, { valueEncoding: "json" });
let underWay = 0;
const broker = await Aedes.createBroker({ persistence: store && counted(levelPersistence(store)) });
const clients = new Set();

const server = createServer(handle);
const http = createHttpServer();
new WebSocketServer({ server: http }).on("connection", (socket, request) =>
  handle(createWebSocketStream(socket), request),
);

await new Promise((resolve) => server.listen(Number(tcp), "127.0.0.1", resolve));
await new Promise((resolve) => http.listen(Number(ws), "127.0.0.1", resolve));
process.once("SIGINT", endInPeace);
console.log("running");

function handle(stream, request) {
  const client = broker.handle(stream, request);
  clients.add(client);
  stream.once("close", () => clients.delete(client));
}

// Aedes sends PUBACK before it stores the message, and notes that a message of QoS 2 was received before it stores it for
// its subscribers; one that is sent again it then only answers. Its `close` waits for neither, so that a message is lost
// which the process was about to store when it ended, although its sender was told, or will be, that it arrived. Here, no
// client is heard any more, and what is under way comes to its end first.
async function endInPeace() {
  server.close();
  http.close();
  clients.forEach((client) => client.pause());
  // From one step of a message to the next, Aedes lets a few turns of the event loop pass at the most.
  for (let idle = 0; idle < 100; idle += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (underWay > 0) idle = 0;
  }
  await new Promise((resolve) => broker.close(resolve));
  await store?.close();
  process.exit(0);
}

// The persistence, counting what it was asked and has not answered.
function counted(persistence) {
  return new Proxy(persistence, {
    get(target, name) {
      const member = target[name];
      // Aedes looks at `setup` itself.
      if (typeof member !== "function" || name === "setup") return member;
      return (...words) => {
        const answer = member.apply(target, words);
        if (typeof answer?.then === "function") {
          underWay += 1;
          const ended = () => (underWay -= 1);
          answer.then(ended, ended);
        }
        return answer;
      };
    },
  });
}
