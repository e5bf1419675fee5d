// What each practice server has to show, to break and to do at its console. A fact is its name, its value and, where it is bad, a class.

const states = { running: "up", stopped: "down", startPending: "starting", stopPending: "stopping" };
const shown = { MSExchangeIMC: "Internet Mail", MSExchangeIS: "Store", MSExchangeMTA: "MTA", McShield: "Antivirus" };
const mayRest = ["McShield"];

function service(name, { name: id, state }) {
  return mayRest.includes(id) && state === "stopped" ? [name, "off"] : [name, states[state] ?? state, `service ${state}`];
}

export const exchange = {
  first: "Plant a fault above, or start a thread.",
  faults: [
    ["disk", "Disk nearly full"], ["log", "SMTP log at Max"], ["antivirus", "Antivirus locks the spool"],
    ["message:1", "1 bad message"], ["message:2", "2 bad messages"], ["message:3", "3 bad messages"],
    ["threads", "Max Threads at 5"], ["build", "Old Store.exe"], ["poison", "A sender that retries a bad message"],
  ],
  console: [
    ["start-service?name=MSExchangeIMC", "Start the Internet Mail Service"], ["install-store-hotfix", "Install the store hotfix"],
    ["remove-programs", "Remove unused programs"], ["reboot", "Reboot"],
  ],
  facts(services, truth) {
    const count = (...wanted) => truth.messages.filter((message) => wanted.includes(message.state)).length;
    return [
      ...Object.keys(shown).flatMap((name) => services.filter((one) => one.name === name)).map((one) => service(shown[one.name], one)),
      ["In", count("in", "work")],
      ["Delivered", count("delivered")],
      ["Held", count("held")],
      ["Store crashes", truth.storeCrashes ?? 0, truth.storeCrashes ? "bad" : ""],
    ];
  },
};

export const nginx = {
  first: "Press \"nginx is killed\" under \"Plant a fault\" above. A card comes when nginx has been down for a minute: take it, ask, and approve as Olu.",
  faults: [
    ["killed", "nginx is killed"], ["hung", "nginx hangs"], ["config", "A broken line in its settings"],
    ["port-taken", "Another program takes its port"], ["log-full", "Its log volume is full"], ["certificate", "Its certificate expires"],
    ["disabled", "It is switched off on purpose"],
  ],
  console: [
    ["start", "Start nginx"], ["stop", "Stop nginx"], ["mend-settings", "Put the last good settings back"],
    ["free-port", "End the program that has its port"], ["renew-certificate", "Renew the certificate"],
    ["switch-on", "Switch nginx on again"],
  ],
  facts(services, truth) {
    return [
      ...services.map((one) => service("nginx", one)),
      ["Answers", truth.answers ? "yes" : "no", truth.answers ? "" : "bad"],
      ["Started by the relay", truth.starts ?? 0],
      ["Died", truth.storeCrashes ?? 0, truth.storeCrashes ? "bad" : ""],
    ];
  },
};

export const postfix = {
  first: "Press \"1 message kills the filter\" under \"Plant a fault\" above. A line of its log opens an incident. On its card, press \"Ask approval\", and approve as Olu.",
  faults: [
    ["filter:1", "1 message kills the filter"], ["filter:3", "3 messages kill the filter"], ["hang:1", "1 message hangs the filter"],
    ["disk", "Queue's disk full"], ["inodes", "Queue's inodes used up"], ["log", "Log's disk full"], ["config", "A misspelt restriction"],
    ["limit", "2 processes, 2 clients that stay"], ["flood", "A sender floods the queue"], ["destination", "The next server is down"],
    ["chroot-dns", "Stale files in the chroot"], ["verbose", "Verbose logging"], ["certificate", "Its certificate expires"],
  ],
  console: [
    ["start", "Start Postfix"], ["stop", "Stop Postfix"], ["restart-filter", "Restart the filter"], ["flush", "Try all mail now"],
    ["mend-settings", "Put the last good settings back"], ["renew-certificate", "Renew the certificate"],
    ["copy-into-jail", "Copy the system's files into the chroot"], ["mend-destination", "Bring the next server back"],
    ["remove-old-files", "Remove the old files"],
  ],
  facts(services, truth) {
    const count = (state) => truth.messages.filter((message) => message.state === state).length;
    return [
      ...services.map((one) => service(one.name === "filter" ? "Filter" : "Postfix", one)),
      ["Waiting", count("in")],
      ["Held", count("held")],
      ["Delivered", count("delivered")],
      ["Filter crashes", truth.storeCrashes ?? 0, truth.storeCrashes ? "bad" : ""],
    ];
  },
};
