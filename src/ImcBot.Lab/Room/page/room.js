// The page: who you are, which chat is open, what is said. All it knows comes from the room; it keeps nothing else.
import * as api from "./api.js";
import { canDraw, onScheme } from "./cards.js";
import * as posts from "./posts.js";
import * as server from "./server.js";

const at = (id) => document.getElementById(id);
const stream = at("stream");
const chosen = new URLSearchParams(location.hash.slice(1));
const state = { person: chosen.get("person") ?? "riley", chat: chosen.get("chat") ?? "channel", room: null, talk: new Map(), unread: { channel: 0, personal: 0 }, refreshed: new Set(), stop: null, shown: null };

const names = () => ({ bot: state.room.bot, ...Object.fromEntries(state.room.people.map((person) => [person.key, person.name])) });
const you = () => state.room.people.find((person) => person.key === state.person);
const atEnd = () => stream.scrollHeight - stream.scrollTop - stream.clientHeight < 80;

function toEnd() {
  stream.scrollTop = stream.scrollHeight;
  at("newer").hidden = true;
}

const context = () => ({ names: names(), act, onReply: (thread, text) => speak("channel", text, thread), mayRefresh, chooseFile, you: state.person, change, remove });

async function change(id, text, article) {
  try {
    await api.change(state.person, id, text);
  } catch (problem) {
    posts.tell(article, "error", problem.message);
  }
}

async function remove(id, article) {
  try {
    await api.remove(state.person, id);
  } catch (problem) {
    posts.tell(article, "error", problem.message);
  }
}

async function speak(chat, text, thread) {
  try {
    await api.say(state.person, chat, text, thread);
  } catch (problem) {
    at("told").textContent = problem.message;
    at("line").hidden = false;
    at("line").textContent = problem.message;
  }
}

async function act(post, action, article) {
  posts.busy(article, true);
  posts.tell(article, "", "");
  try {
    const result = await api.click(state.person, post.id, action);
    if (result.text) posts.tell(article, result.kind, result.text);
  } catch (problem) {
    posts.tell(article, "error", problem.message);
  } finally {
    posts.busy(article, false);
  }
}

async function chooseFile(post, accept, article) {
  try {
    const result = await api.chooseFile(state.person, post.id, accept);
    posts.tell(article, result.kind, result.text ?? (accept ? "Allowed." : "Declined."));
  } catch (problem) {
    posts.tell(article, "error", problem.message);
  }
}

// As Teams does: a card with "refresh" is asked for this person's view once per version, when its list names them.
function mayRefresh(post) {
  const users = post.card?.refresh?.userIds;
  const version = `${state.person} ${post.id} ${post.edited}`;
  if (!post.card?.refresh || post.ownView || (users && !users.includes(you().accountId)) || state.refreshed.has(version)) return;
  state.refreshed.add(version);
  api.refresh(state.person, post.id).catch(() => {});
}

function announce(post) {
  if (post.from === state.person || post.edited || post.deleted) return;
  at("told").textContent = `${names()[post.from]}: ${post.summary ?? post.text ?? "a card"}`;
}

function arrive(post, { quiet = false } = {}) {
  const isNew = !state.talk.has(post.id);
  state.talk.set(post.id, post);
  if (isNew && !quiet) announce(post);
  if (isNew) showFirst();
  if (post.chat !== state.chat) {
    if (isNew && !quiet) state.unread[post.chat]++;
    return showTabs();
  }
  const follow = atEnd() || post.from === state.person;
  posts.put(stream, post, context());
  if (quiet) return;
  if (follow) toEnd();
  else if (isNew) at("newer").hidden = false;
}

function showTabs() {
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const open = tab.dataset.chat === state.chat;
    tab.setAttribute("aria-selected", String(open));
    tab.tabIndex = open ? 0 : -1;
    const unread = tab.querySelector(".unread");
    unread.hidden = !state.unread[tab.dataset.chat];
    unread.textContent = state.unread[tab.dataset.chat];
    unread.setAttribute("aria-label", `${state.unread[tab.dataset.chat]} new`);
  }
}

// Until somebody has said something in the channel, or the bot goes on in a thread of its own, the strip says how to begin.
function showFirst() {
  const begun = [...state.talk.values()].some((post) => post.chat === "channel" && (post.from !== "bot" || post.thread !== post.id));
  at("first").hidden = begun || !state.room.server;
  at("first").textContent = state.room.server ? server.first(state.room.server) : "";
}

function showChat() {
  state.unread[state.chat] = 0;
  state.shown = `${state.person} ${state.chat}`;
  const personal = state.chat === "personal";
  at("team").textContent = state.room.team;
  at("title").textContent = personal ? `${state.room.bot}, in private` : state.room.channel;
  at("subtitle").textContent = personal ? `Only ${you().name} and ${state.room.bot} see this` : `${state.room.team}: ${state.room.people.map((person) => person.name).join(", ")}`;
  at("say-text").placeholder = personal ? `Message ${state.room.bot}` : `Start a new thread; @${state.room.bot} calls the bot`;
  stream.classList.toggle("personal", personal);
  posts.clear(stream);
  for (const post of state.talk.values()) if (post.chat === state.chat) posts.put(stream, post, context());
  if (!stream.childElementCount) stream.append(Object.assign(document.createElement("p"), { className: "empty", textContent: personal ? "Nothing said here yet. Try: help" : "Nothing said here yet." }));
  location.replace(`#person=${state.person}&chat=${state.chat}`);
  showFirst();
  showTabs();
  toEnd();
}

// After a lost connection the chat stays as it is and only takes what it missed, so that nothing typed is lost.
async function read() {
  state.room = await api.room(state.person);
  const again = state.shown === `${state.person} ${state.chat}`;
  if (again) for (const post of state.room.posts) arrive(post, { quiet: true });
  else state.talk = new Map(state.room.posts.map((post) => [post.id, post]));
  at("line").hidden = true;
  if (!again) showChat();
}

function enter(person) {
  state.stop?.();
  stream.setAttribute("aria-busy", "true");
  state.person = person;
  state.stop = api.listen(person, {
    onOpen: () => read().then(() => stream.setAttribute("aria-busy", "false")).catch((problem) => { at("line").hidden = false; at("line").textContent = problem.message; }),
    onPost: (post) => { stream.querySelector(".empty")?.remove(); arrive(post); },
    onLost: () => { at("line").hidden = false; at("line").textContent = "Reconnecting…"; },
  });
}

function showPeople() {
  const field = document.querySelector(".people");
  for (const person of state.room.people) {
    const label = document.createElement("label");
    const radio = Object.assign(document.createElement("input"), { type: "radio", name: "person", value: person.key, checked: person.key === state.person });
    radio.addEventListener("change", () => enter(person.key));
    const face = Object.assign(document.createElement("span"), { className: "face", textContent: person.name.split(" ").map((part) => part[0]).join("") });
    face.setAttribute("aria-hidden", "true");
    face.dataset.person = person.key;
    const words = document.createElement("span");
    words.append(person.name, Object.assign(document.createElement("small"), { textContent: person.role }));
    label.append(radio, face, words);
    field.append(label);
  }
}

function growing(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, 160)}px`;
}

function listenToPerson() {
  for (const tab of document.querySelectorAll("[role=tab]")) {
    tab.addEventListener("click", () => { state.chat = tab.dataset.chat; showChat(); });
    tab.addEventListener("keydown", (event) => {
      if (!["ArrowUp", "ArrowDown"].includes(event.key)) return;
      const other = document.querySelector(`[role=tab]:not([data-chat=${tab.dataset.chat}])`);
      other.focus();
      other.click();
    });
  }
  const text = at("say-text");
  text.addEventListener("input", () => growing(text));
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    at("say").requestSubmit();
  });
  at("say").addEventListener("submit", (event) => {
    event.preventDefault();
    const said = text.value.trim();
    if (!said) return;
    text.value = "";
    growing(text);
    speak(state.chat, said);
  });
  at("newer").addEventListener("click", toEnd);
  stream.addEventListener("scroll", () => { if (atEnd()) at("newer").hidden = true; });
}

const scheme = () => { document.documentElement.dataset.scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"; };
scheme();
onScheme(() => { scheme(); showChat(); });
at("no-cards").hidden = canDraw();
listenToPerson();
await read();
showPeople();
document.documentElement.classList.toggle("plain", state.room.plain);
if (state.room.server) server.start(document.querySelector(".server"), state.room.server);
enter(state.person);
