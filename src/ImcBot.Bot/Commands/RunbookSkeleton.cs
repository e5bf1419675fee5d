using ImcBot.Contracts;

namespace ImcBot.Bot.Commands;

/// <summary>A runbook to begin with: short, commented, and proved as it stands.</summary>
internal static class RunbookSkeleton
{
    public static string Of(string id, string service) =>
        $$"""
            # What the article says, as data. 'imcbot runbook check FILE' proves it, 'imcbot catalog' lists what may be used,
            # manifests/runbooks/README.md explains every key.
            id: {{id}}
            title: {{service}} has stopped          # what people read
            service: {{service}}                    # every remedy ends with its start

            # What people read; without a word a plain one stands there.
            # words: { service: The web shop, working: The web shop sells, stopped: The web shop CLOSED, item: order }

            opens-on:
              # Events of the server's log that open an incident: ids at once, warnings when the service is down a minute later.
              # - eventlog: { log: Application, source: SOURCE, ids: [1000], warnings: [1001] }
              - manual: true                        # a person may open one: open HOST {{id}}

            verify:                                 # checks that together mean healthy; they only read
              - { use: {{Catalog.ServiceRunning}}, with: { service: {{service}} } }
              # - { use: {{Catalog.PortAnswers}}, with: { port: 80 } }
              # - { use: {{Catalog.EventsNone}}, with: { ids: "1000" } }

            steps:                                  # in the article's order; a clear step is passed
              - id: running
                name: Service
                kb: {{id}}                          # the line of the article or manual page that it rests on
                # departs: where this departs from the article, and why
                check: { use: {{Catalog.ServiceRunning}}, with: { service: {{service}} } }
                remedies:                           # gentlest first
                  # - name: gentle
                  #   use: ACTION
                  #   with: { argument: value }
                  #   does: What it does, for people
                  #   approval: { role: on-call }
                  - name: restart
                    use: {{Catalog.ServiceRestart}}
                    with: { service: {{service}} }
                    does: Restart {{service}}
                    approval: { role: on-call }     # on-call, lead, ops-lead, security or mail-owner
                  - name: by-hand
                    person: Look at the server; the article has nothing more to offer.

            """.ReplaceLineEndings("\n");
}
