// Words to HTML: everything is escaped first, then the little Markdown that chat and cards use is put back.

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export const escape = (text) => text.replace(/[&<>"']/g, (character) => escapes[character]);

function inline(escaped) {
  return escaped
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/\*\*(.+?)\*\*/g, "<strong>$1</strong>")
    .replace(/(^|[\s(])[_*](?!\s)([^_*]+?)[_*](?=[\s).,:;!?]|$)/g, "$1<em>$2</em>")
    .replace(/\[([^\]]+)\]\(((?:https?:|mailto:)[^)\s]+)\)/g, '<a href="$2" target="_blank" rel="noopener noreferrer">$1</a>');
}

const marked = (text) => text.replace(/<at>(.*?)<\/at>/g, "\u0001$1\u0002");

const shown = (html) => html.replace(/\u0001(.*?)\u0002/g, '<span class="mention">$1</span>');

/** Markdown as cards and bot messages use it: mentions, paragraphs, bullet and numbered lists, bold, italic, code, links. */
export function markdown(text) {
  const html = [];
  let list = null;
  const close = () => { if (list) html.push(`</${list}>`); list = null; };
  const lines = escape(marked(text)).split(/\r?\n/);
  lines.forEach((line, index) => {
    const bullet = /^\s*[-*]\s+(.*)/.exec(line);
    const number = /^\s*(\d+)\.\s+(.*)/.exec(line);
    const kind = bullet ? "ul" : number ? "ol" : null;
    if (kind !== list) {
      close();
      if (kind) html.push(kind === "ol" ? `<ol start="${number[1]}">` : "<ul>");
      list = kind;
    }
    if (kind) html.push(`<li>${inline(bullet ? bullet[1] : number[2])}</li>`);
    else if (line.trim()) html.push(inline(line), index < lines.length - 1 && lines[index + 1].trim() ? "<br>" : "");
    else if (index) html.push("<br>");
  });
  close();
  return shown(html.join(""));
}

/** A chat message: mentions (`<at>name</at>`, or @name as typed here) stand out; the bot's own words may carry Markdown. */
export function message(post, names) {
  const text = post.text ?? "";
  let html = post.from === "bot" && post.format !== "plain" ? markdown(text) : shown(escape(marked(text)).replace(/\r?\n/g, "<br>"));
  for (const name of names)
    html = html.replaceAll(`@${escape(name)}`, `<span class="mention">${escape(name)}</span>`);
  return html;
}

const sameDay = (a, b) => a.toDateString() === b.toDateString();

export function clock(at) {
  const time = new Date(at);
  const hours = time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return sameDay(time, new Date()) ? hours : `${time.toLocaleDateString([], { day: "numeric", month: "short" })} ${hours}`;
}
