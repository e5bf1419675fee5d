// Draws the talk: threads of the channel, or one personal chat. Elements are kept by post id, so an edit changes its post in place.
import { clock, message } from "./text.js";
import { draw } from "./cards.js";

const elements = new Map();
let threads = 0;

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

const initials = (name) => name.split(" ").map((part) => part[0]).join("").slice(0, 2);

function frame(post, names) {
  const article = make("article", `post from-${post.from}`);
  article.dataset.post = post.id;
  const face = make("span", "face", post.from === "bot" ? "" : initials(names[post.from] ?? "?"));
  face.setAttribute("aria-hidden", "true");
  const head = make("header");
  const name = make("span", "name", names[post.from] ?? post.from);
  const at = make("time", "", clock(post.at));
  at.dateTime = post.at;
  head.append(name, at, make("span", "edited"));
  const own = make("span", "own");
  head.append(own);
  const body = make("div", "body");
  const words = make("div", "words");
  const card = make("div", "card");
  const files = make("div", "files");
  const said = make("p", "said");
  said.setAttribute("role", "status");
  body.append(head, words, card, files, said);
  article.append(face, body);
  return article;
}

/** What an author may do with a message: give it other words, or take it back. */
function fillOwn(article, post, { you, change, remove }) {
  const place = article.querySelector(".own");
  if (post.from !== you || post.deleted) return place.replaceChildren();
  if (place.childElementCount) return;
  const edit = make("button", "", "Edit");
  const drop = make("button", "", "Delete");
  edit.addEventListener("click", () => rewrite(article, post.id, change));
  drop.addEventListener("click", () => remove(post.id, article));
  place.append(edit, drop);
}

function rewrite(article, id, change) {
  const words = article.querySelector(".words");
  const form = make("form", "rewrite");
  const input = Object.assign(make("input"), { value: words.textContent, autocomplete: "off" });
  input.setAttribute("aria-label", "New words");
  form.append(input, make("button", "", "Save"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    form.remove();
    if (text) change(id, text, article);
  });
  words.after(form);
  input.focus();
}

function fill(article, post, context) {
  const { names, act, mayRefresh, chooseFile } = context;
  fillOwn(article, post, context);
  article.querySelector(".edited").textContent = post.edited && !post.deleted ? "Edited" : "";
  const words = article.querySelector(".words");
  words.hidden = !post.deleted && !post.text;
  words.classList.toggle("gone", post.deleted);
  if (post.deleted) words.textContent = "This message has been deleted.";
  else words.innerHTML = message(post, Object.values(names));
  const card = article.querySelector(".card");
  const drawn = JSON.stringify(post.card ?? null);
  card.hidden = !post.card;
  if (post.card && card.dataset.drawn !== drawn + document.documentElement.dataset.scheme) {
    card.dataset.drawn = drawn + document.documentElement.dataset.scheme;
    draw(card, post.card, (action) => act(post, action, article));
  }
  fillFiles(article, post, chooseFile);
  if (post.undelivered) tell(article, "error", post.undelivered);
  mayRefresh(post);
}

function fillFiles(article, post, chooseFile) {
  const place = article.querySelector(".files");
  const kinds = { "application/vnd.microsoft.teams.card.file.consent": offer, "application/vnd.microsoft.teams.card.file.info": file };
  place.replaceChildren(...(post.attachments ?? []).filter((one) => one.contentType in kinds).map((one) => kinds[one.contentType](one, post, chooseFile, article)));
}

function offer(attachment, post, chooseFile, article) {
  const box = make("div", "file");
  const words = make("p");
  words.append(make("strong", "", attachment.name), ` ${size(attachment.content?.sizeInBytes)}`, make("br"), attachment.content?.description ?? "");
  const yes = make("button", "primary", "Allow");
  const no = make("button", "", "Decline");
  for (const [button, accept] of [[yes, true], [no, false]])
    button.addEventListener("click", async () => { yes.disabled = no.disabled = true; await chooseFile(post, accept, article); });
  box.append(words, yes, no);
  return box;
}

function file(attachment) {
  const box = make("div", "file");
  const link = make("a", "", attachment.name);
  if (/^https?:/.test(attachment.contentUrl ?? "")) link.href = attachment.contentUrl;
  link.download = attachment.name;
  box.append(link);
  return box;
}

const size = (bytes) => bytes === undefined ? "" : bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(bytes < 10240 ? 1 : 0)} KB`;

/** Words for the person below one post: what their click came to. */
export function tell(article, kind, text) {
  const said = article.querySelector(".said");
  said.className = `said ${kind}`;
  said.textContent = text ?? "";
}

export const busy = (article, on) => {
  article.classList.toggle("busy", on);
  article.setAttribute("aria-busy", String(on));
};

function threadBox(id, onReply) {
  const box = make("section", "thread");
  box.dataset.thread = id;
  box.setAttribute("aria-label", `Thread ${++threads}`);
  const form = make("form", "reply");
  const label = make("label", "hidden", "Reply");
  const input = make("input");
  input.id = `reply-${id}`;
  input.placeholder = "Reply";
  input.autocomplete = "off";
  label.htmlFor = input.id;
  const send = make("button", "", "Send");
  form.append(label, input, send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    onReply(id, text);
  });
  box.append(make("div", "posts"), form);
  return box;
}

/** Puts one post where it belongs in `stream`, new or changed. Returns true when it is new there. */
export function put(stream, post, context) {
  const known = elements.get(post.id);
  const article = known ?? frame(post, context.names);
  if (!known) {
    let place = stream;
    if (post.thread) {
      let box = stream.querySelector(`[data-thread="${post.thread}"]`);
      if (!box) stream.append(box = threadBox(post.thread, context.onReply));
      place = box.firstElementChild;
    }
    place.append(article);
    elements.set(post.id, article);
  }
  fill(article, post, context);
  return !known;
}

export function clear(stream) {
  elements.clear();
  threads = 0;
  stream.replaceChildren();
}
