// What the page asks the room. Every failure becomes an Error whose message is a sentence for the person.

async function ask(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Error("The practice room does not answer. Is it still running?");
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer?.error ?? `The practice room answered with HTTP ${response.status}.`);
  return answer;
}

export const room = (person) => ask("GET", `/api/room?person=${person}`);
export const say = (person, chat, text, thread) => ask("POST", "/api/messages", { person, chat, text, thread });
export const change = (person, post, text) => ask("PUT", `/api/messages/${post}`, { person, text });
export const remove = (person, post) => ask("DELETE", `/api/messages/${post}?person=${person}`);
export const click = (person, post, action) => ask("POST", "/api/clicks", { person, post, action });
export const chooseFile = (person, post, accept) => ask("POST", "/api/file-choices", { person, post, accept });
export const refresh = (person, post) => ask("POST", "/api/refreshes", { person, post });
export const serverLooks = () => Promise.all([ask("GET", "/api/server/services"), ask("GET", "/api/server/truth")]);
export const plant = (fault) => ask("POST", "/api/server/faults", { faults: [fault] });
export const atConsole = (action) => ask("POST", `/api/server/console/${action}`);

/** Follows the room as one person; `onOpen` runs at every (re)connection, when what was missed has to be read again. */
export function listen(person, { onOpen, onPost, onLost }) {
  const events = new EventSource(`/api/events?person=${person}`);
  events.addEventListener("open", (event) => { if (event instanceof MessageEvent) onOpen(); });
  events.addEventListener("post", (event) => onPost(JSON.parse(event.data)));
  events.onerror = onLost;
  return () => events.close();
}
