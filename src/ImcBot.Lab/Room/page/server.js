// The strip that tells what is true on the practice server, its faults, and its console.
import { atConsole, plant, serverLooks } from "./api.js";
import * as scenes from "./scenes.js";

const every = 2000;

function fact(name, value, className) {
  const item = document.createElement("span");
  item.className = `fact ${className ?? ""}`;
  const strong = document.createElement("strong");
  strong.textContent = value;
  item.append(name, " ", strong);
  return item;
}

function show(place, host, facts, planted) {
  const title = document.createElement("span");
  title.className = "host";
  title.textContent = host;
  place.replaceChildren(title, ...facts.map((one) => fact(...one)), fact("Planted", planted || "nothing"));
}

function buttons(place, entries, press, said) {
  for (const [name, label] of entries) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.dataset.practice = name;
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await press(name);
        said.textContent = `Done: ${label.toLowerCase()}.`;
      } catch (problem) {
        said.textContent = problem.message;
      } finally {
        button.disabled = false;
      }
    });
    place.append(button);
  }
}

export const first = (server) => (scenes[server?.scene]?.first ?? "Start a thread.").replace("HOST", server?.host);

export function start(section, { scene, host }) {
  const { faults, console: deeds, facts } = scenes[scene];
  section.hidden = false;
  const truth = section.querySelector("#truth");
  const said = section.querySelector("#practice-said");
  buttons(section.querySelector("#faults"), faults, plant, said);
  buttons(section.querySelector("#console"), deeds, atConsole, said);
  const look = async () => {
    try {
      const [services, known] = await serverLooks();
      show(truth, host, facts(services, known), (known.faults ?? []).join(", "));
    } catch (problem) {
      truth.textContent = problem.message;
    }
    setTimeout(look, document.hidden ? every * 5 : every);
  };
  look();
}
