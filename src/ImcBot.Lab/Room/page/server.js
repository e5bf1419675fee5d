// The strip that tells what is true on the practice mail server, its faults, and its console.
import { atConsole, plant, serverLooks } from "./api.js";

const every = 2000;

const faults = [
  ["disk", "Disk nearly full"], ["log", "SMTP log at Max"], ["antivirus", "Antivirus locks the spool"],
  ["message:1", "1 bad message"], ["message:2", "2 bad messages"], ["message:3", "3 bad messages"],
  ["threads", "Max Threads at 5"], ["build", "Old Store.exe"], ["poison", "A sender that retries a bad message"],
];

const consoleActions = [
  ["start-service?name=MSExchangeIMC", "Start the Internet Mail Service"], ["install-store-hotfix", "Install the store hotfix"],
  ["remove-programs", "Remove unused programs"], ["reboot", "Reboot"],
];

const shown = { MSExchangeIMC: "Internet Mail", MSExchangeIS: "Store", MSExchangeMTA: "MTA", McShield: "Antivirus" };
const mayRest = ["McShield"];
const states = { running: "up", stopped: "down", startPending: "starting", stopPending: "stopping" };

function fact(name, value, className) {
  const item = document.createElement("span");
  item.className = `fact ${className ?? ""}`;
  const strong = document.createElement("strong");
  strong.textContent = value;
  item.append(name, " ", strong);
  return item;
}

function show(place, services, truth) {
  const count = (...wanted) => truth.messages.filter((message) => wanted.includes(message.state)).length;
  const title = document.createElement("span");
  title.className = "host";
  title.textContent = "EXCH01";
  const planted = (truth.faults ?? []).map((fault) => typeof fault === "string" ? fault : fault.name).join(", ");
  place.replaceChildren(
    title,
    ...Object.keys(shown).flatMap((name) => services.filter((service) => service.name === name)).map((service) => mayRest.includes(service.name) && service.state === "stopped"
      ? fact(shown[service.name], "off")
      : fact(shown[service.name], states[service.state] ?? service.state, `service ${service.state}`)),
    fact("In", count("in", "work")),
    fact("Delivered", count("delivered")),
    fact("Held", count("held")),
    fact("Store crashes", truth.storeCrashes ?? 0, truth.storeCrashes ? "bad" : ""),
    fact("Planted", planted || "nothing"),
  );
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

export function start(section) {
  section.hidden = false;
  const truth = section.querySelector("#truth");
  const said = section.querySelector("#practice-said");
  buttons(section.querySelector("#faults"), faults, plant, said);
  buttons(section.querySelector("#console"), consoleActions, atConsole, said);
  const look = async () => {
    try {
      show(truth, ...await serverLooks());
    } catch (problem) {
      truth.textContent = problem.message;
    }
    setTimeout(look, document.hidden ? every * 5 : every);
  };
  look();
}
