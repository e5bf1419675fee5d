using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Chat;
using ImcBot.Bot.Export;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Core.Isolation;
using ImcBot.Core.Runbooks;
using ImcBot.Testing;

namespace ImcBot.Bot.Tests.Cards;

/// <summary>One night in March, as every card shows it.</summary>
internal static class CardSamples
{
    private const long Minute = 60_000_000;

    private static readonly long Down = At("2026-03-12T02:47:00Z");
    private static readonly long Now = Down + (17 * Minute);
    private static readonly QuestionId Third = new(7, 3),
        Fourth = new(7, 4),
        Ninth = new(7, 9);

    public static SortedDictionary<string, JsonElement> All { get; } =
        new(StringComparer.Ordinal)
        {
            ["incident-checking"] = Incident(
                Fresh with
                {
                    Findings = ImmutableDictionary<string, StepFinding>.Empty,
                    Phase = Phase.Surveying,
                    Owner = null,
                    Changes = [],
                    Headline = "",
                    ServiceUp = null,
                    Services = Words(),
                }
            ),
            ["incident-asked-for"] = Incident(
                Fresh with
                {
                    Findings = ImmutableDictionary<string, StepFinding>.Empty,
                    Phase = Phase.Surveying,
                    Changes = [],
                    Headline = "",
                    ServiceUp = null,
                    DownSince = null,
                    FirstDown = null,
                    CrashedAt = [],
                    Services = Words(),
                }
            ),
            ["gathering"] = CardJson.Write(lines => GatheringCard.Draw(Together[0], Together, lines)),
            ["gathering-over"] = CardJson.Write(lines =>
                GatheringCard.Draw(
                    Together[0],
                    [.. Together.Select(member => member with { Phase = Phase.Resolved, DownSince = null, ServiceUp = true })],
                    lines
                )
            ),
            ["incident-among-others"] = Incident(Fresh with { Founder = 9, Owner = null }),
            ["stats"] = CardJson.Write(lines =>
                StatsCard.Draw(
                    new Figures(
                        30,
                        9,
                        new Waits([95, 40, 300, 61], [140, 2, 75], [1500, 640, 4000]),
                        new Dictionary<string, int>(StringComparer.Ordinal)
                        {
                            ["Message"] = 5,
                            ["Disk"] = 2,
                            ["Antivirus"] = 1,
                        },
                        new Decisions(8, 2, 1, 1),
                        7,
                        5400
                    ),
                    lines
                )
            ),
            ["stats-single"] = CardJson.Write(lines =>
                StatsCard.Draw(
                    new Figures(
                        1,
                        1,
                        new Waits([95], [140], [1500]),
                        new Dictionary<string, int>(StringComparer.Ordinal) { ["Message"] = 1 },
                        new Decisions(1, 0, 0, 0),
                        1,
                        1500
                    ),
                    lines
                )
            ),
            ["stats-empty"] = CardJson.Write(lines =>
                StatsCard.Draw(
                    new Figures(7, 0, new([], [], []), new Dictionary<string, int>(StringComparer.Ordinal), new(0, 0, 0, 0)),
                    lines
                )
            ),
            ["incident-offer"] = Card(Fresh with { Owner = null }, CardKind.Incident, default, Viewing.ByEveryone with { HearsAll = true }),
            ["incident-recommended"] = Incident(Fresh with { Changes = [Fresh.Proposal! with { Recommended = "antivirus" }] }),
            ["incident-waiting"] = Incident(Waiting),
            ["incident-only-reads"] = Card(
                Waiting,
                CardKind.Incident,
                default,
                Viewing.ByEveryone with
                {
                    Limit = RelayLimit.Of(new PolicyNotice(null, Impact.Read, false, [])),
                }
            ),
            ["incident-silent"] = Incident(Waiting with { RelaySilent = true }),
            ["incident-no-answer"] = Incident(Fresh with { Services = Running, Headline = "Nothing answers on port 25." }),
            ["incident-flowing"] = Incident(
                Fresh with
                {
                    DownSince = null,
                    ServiceUp = true,
                    Services = Running,
                    Headline = "The service came up by other hands",
                    Changes =
                    [
                        new(default, ChangeKind.Flowing, null, "flowing")
                        {
                            Does = "The service runs and answers: watch, walk the article anyway, or close",
                        },
                    ],
                }
            ),
            ["incident-quiet"] = Incident(
                Fresh with
                {
                    CrashedAt = [],
                    Quiet = true,
                    DownSince = null,
                    FirstDown = null,
                    ServiceUp = true,
                    Services = Running,
                    Owner = null,
                    Phase = Phase.Planning,
                    Headline = "",
                }
            ),
            ["incident-escalated"] = Incident(
                Fresh with
                {
                    Phase = Phase.Escalated,
                    Changes = [],
                    Headline = "Two requests in a row were refused; ImcBot stops asking.",
                }
            ),
            ["incident-paged"] = Incident(Waiting with { Pages = Paged }),
            ["incident-taken-over"] = Incident(
                ByHand with
                {
                    TakenOverBy = Some.Lead,
                    Owner = Some.Lead,
                    Task = new(
                        Ninth,
                        PersonTaskKind.Paused,
                        "Lena Lindqvist has taken over: ImcBot only reads until somebody says 'resume' or 'hand'."
                    ),
                }
            ),
            ["incident-broken-glass"] = Incident(
                Done with
                {
                    Changes = Done.Changes.ConvertAll(change =>
                        change.Question == Third
                            ? change with
                            {
                                Votes = [new(Some.OnCall, Answer.BreakGlass, "mail down for an hour, nobody else answers", Now)],
                            }
                            : change
                    ),
                }
            ),
            ["incident-closed"] = Incident(Done with { Phase = Phase.Closed, Headline = "Closed by Riley Reyes" }),
            ["approval-search"] = Card(
                Waiting,
                CardKind.Approval,
                Third,
                new(null, ["29:olu", "29:lena"], HearsAll: true) { Signers = ["Olu Adeyemi", "Lena Lindqvist"] }
            ),
            ["approval-search-approver"] = Card(
                Waiting,
                CardKind.Approval,
                Third,
                new(Some.OnCall, ["29:olu"], HearsAll: true) { Signers = ["Olu Adeyemi", "Lena Lindqvist"] }
            ),
            ["approval-search-beside"] = Card(Beside(Waiting), CardKind.Approval, Third, new(Some.OnCall, ["29:olu"], HearsAll: true)),
            ["approval-search-responder"] = Card(Waiting, CardKind.Approval, Third, new(Some.Responder, ["29:riley"], HearsAll: true)),
            ["approval-signed"] = Card(Signing, CardKind.Approval, Third),
            ["approval-files"] = Card(Cleaning, CardKind.Approval, Fourth),
            ["approval-undo"] = Card(
                Undoing,
                CardKind.Approval,
                Fourth,
                new(Some.OnCall, ["29:olu"], HearsAll: true)
                {
                    Signers = ["Olu Adeyemi", "Lena Lindqvist", "Sam Security", "Mo Owner", "Kim Keeper"],
                }
            ),
            ["approval-opaque"] = Card(Opaque, CardKind.Approval, Fourth, new(Some.Responder, ["29:olu"], HearsAll: true) { Signers = [] }),
            ["approval-unreadable"] = Card(
                Waiting with
                {
                    Changes = [Waiting.Request! with { Plan = "{}"u8.ToArray() }],
                },
                CardKind.Approval,
                Third
            ),
            ["approval-hostile"] = Card(Hostile, CardKind.Approval, Third),
            ["outcome-approved"] = Card(Searching, CardKind.Approval, Third),
            ["outcome-refused"] = Card(
                Decided(ChangeState.Refused, new Vote(Some.OnCall, Answer.DenyNext, "the queue is being copied, ask again at four", Now)),
                CardKind.Approval,
                Third
            ),
            ["outcome-broken-glass"] = Card(
                Decided(ChangeState.Approved, new Vote(Some.OnCall, Answer.BreakGlass, "mail down for an hour, nobody else answers", Now)),
                CardKind.Approval,
                Third
            ),
            ["outcome-expired"] = Card(Decided(ChangeState.Expired), CardKind.Approval, Third),
            ["outcome-done"] = Card(Restarted, CardKind.Approval, Fourth),
            ["outcome-under-way"] = Card(
                Restarted with
                {
                    Changes = [Restarted.Changes[0] with { State = ChangeState.Running, Effects = [] }],
                    Phase = Phase.Acting,
                },
                CardKind.Approval,
                Fourth
            ),
            ["outcome-failed"] = Card(
                Ended(ChangeState.Failed, ChangeState.Failed, "120 MB freed. That was not enough: 124 MB free on D:. Nothing was started."),
                CardKind.Approval,
                Fourth
            ),
            ["outcome-start-failed"] = Card(
                Ended(ChangeState.Failed, ChangeState.Done, "MSExchangeIMC did not stay up: event 4102 of MSExchangeIMC was written."),
                CardKind.Approval,
                Fourth
            ),
            ["outcome-not-healthy"] = Card(
                Ended(
                    ChangeState.Failed,
                    ChangeState.Done,
                    "732 MB freed, MSExchangeIMC runs",
                    doubt: "1 event, the last 4182 of MSExchangeIMC."
                ),
                CardKind.Approval,
                Fourth
            ),
            ["outcome-unknown"] = Card(
                Ended(ChangeState.Lost, ChangeState.Lost, "The relay was restarted in the middle of the run."),
                CardKind.Approval,
                Fourth
            ),
            ["outcome-voided"] = Card(
                Ended(ChangeState.Voided, ChangeState.Voided, "the volume of D: has changed"),
                CardKind.Approval,
                Fourth
            ),
            ["outcome-search-spent"] = Card(Spent, CardKind.Approval, Third),
            ["incident-down-again"] = Incident(
                Fresh with
                {
                    DownSince = Down + (12 * Minute),
                    Phase = Phase.Surveying,
                    Changes = [],
                    Headline = "Down again",
                }
            ),
            ["incident-searching"] = Incident(Searching),
            ["incident-resolved"] = Incident(Done),
            ["search-crashed"] = Card(
                Searching with
                {
                    DownSince = Now + (14 * Minute),
                    ServiceUp = false,
                    UpSince = null,
                    Search = Search with
                    {
                        Rounds = Search.Rounds.Add(
                            new(3, RoundKind.Return, 2, RoundVerdict.Crashed, true, 95, "crashed") { Suspects = 2, Accepted = 316 }
                        ),
                        Run = 4,
                    },
                },
                CardKind.Search,
                Third
            ),
            ["resolved-after-failures"] = Card(Mixed, CardKind.Resolved, Ninth),
            ["resolved-over"] = Card(
                Mixed with
                {
                    Phase = Phase.Surveying,
                    DownSince = Mixed.Now,
                    ServiceUp = false,
                },
                CardKind.Resolved,
                Ninth
            ),
            ["resolved-nothing-done"] = Card(
                AllClear with
                {
                    Changes = [],
                    Search = null,
                    Findings = ImmutableDictionary<string, StepFinding>.Empty,
                },
                CardKind.Resolved,
                Ninth
            ),
            ["task-paused"] = Card(
                ByHand with
                {
                    Task = new(Ninth, PersonTaskKind.Paused, "Paused by Riley Reyes. Say 'resume' to go on."),
                },
                CardKind.Manual,
                Ninth
            ),
            ["task-diverged"] = Card(
                ByHand with
                {
                    Task = new(
                        Ninth,
                        PersonTaskKind.Diverged,
                        "Entry 41 of the journal is in doubt: Planned led to Planning then and would lead "
                            + "to Surveying today. Nothing is done until somebody looks and says 'resume'."
                    ),
                },
                CardKind.Manual,
                Ninth
            ),
            ["search-first"] = Card(FirstRun, CardKind.Search, Third),
            ["search-first-beside"] = Card(Beside(FirstRun), CardKind.Search, Third),
            ["search-running"] = Card(Searching, CardKind.Search, Third),
            ["search-narrowing"] = Card(
                Searching with
                {
                    StopSeconds = 22,
                    StartSeconds = 64,
                    Search = Search with { Run = 8, Rounds = Narrowing },
                },
                CardKind.Search,
                Third
            ),
            ["search-ended"] = Card(Done, CardKind.Search, Third),
            ["search-spent"] = Card(Spent, CardKind.Search, Third),
            ["search-unbalanced"] = Card(
                Searching with
                {
                    Search = Search with { Counts = Search.Counts! with { Unknown = 2, Accepted = 300 } },
                },
                CardKind.Search,
                Third
            ),
            ["task-manual"] = Card(ByHand, CardKind.Manual, Ninth),
            ["task-unknown"] = Card(
                ByHand with
                {
                    Task = new(
                        Ninth,
                        PersonTaskKind.Unknown,
                        "Whether mail flows is not known: no answer in time. Look at the server, then say 'retry'."
                    ),
                },
                CardKind.Manual,
                Ninth
            ),
            ["task-over"] = Card(ByHand with { Task = null }, CardKind.Manual, Ninth),
            ["resolved"] = Card(Done, CardKind.Resolved, Ninth),
            ["relay-confirm"] = CardJson.Write(_ =>
                NoticeCard.Confirm(
                    "Relay relay-exch01 asks to speak for EXCH01. Its key's fingerprint: 8f3a12c0 77d1e4b2 90ab55c3 1f2e6d70 "
                        + "4c5b9a88 03d7e1f6 aa21c4b9 5e6f7081",
                    "confirm-relay",
                    "relay-exch01"
                )
            ),
            ["relay-settled"] = CardJson.Write(_ =>
                NoticeCard.Settled(
                    "relay-exch01 is confirmed and may speak for EXCH01. It only reads until its own policy allows more. (Lena Lindqvist)"
                )
            ),
            ["reply-status"] = Replies.Status(Done).Card!.Value,
            ["reply-why"] = Replies.Why(Waiting).Card!.Value,
            ["reply-messages"] = Replies.Messages(Done).Card!.Value,
        };

    public static Incident Hostile =>
        Waiting with
        {
            Host = "EXCH01](https://evil.example)",
            Changes =
            [
                Waiting.Request! with
                {
                    Does =
                        "**APPROVED** <at>everyone</at> [click](https://evil.example) {{DATE(2020-01-01T00:00:00Z)}} "
                        + "\u202Etxt.exe\u0000\n# big",
                    AskedBy = Some.Person("x", "Mallory <b>\\*lead\\*</b> _on call_"),
                },
            ],
        };

    public static Incident Asking => Waiting;

    private static Incident Fresh =>
        new()
        {
            Number = 7,
            Host = Some.Host,
            Relay = Some.Relay,
            Runbook = Some.Runbook,
            Profile = HostProfile.Patient,
            Seed = 1,
            OpenedAt = Down + Minute,
            DownSince = Down,
            FirstDown = Down,
            Now = Now,
            Services = Words(("MSExchangeIMC", "stopped"), ("MSExchangeIS", "running")),
            ChainHead = "57:9f3c5a1e77d04b62c8aa",
            Phase = Phase.Planning,
            Owner = Some.Responder,
            ServiceUp = false,
            RelayHeardAt = Now - 4_000_000,
            Headline = "Event 4102 of MSExchangeIMC was written",
            CrashedAt = Crashes,
            Findings = Found(
                    ("disk-space", Verdict.Clear, "6.2 GB free on D:"),
                    ("smtp-log", Verdict.Clear, "level None, 40 MB of logs"),
                    ("antivirus", Verdict.Finding, "McShield runs and D:\\Exchsrvr\\Imcdata is not excluded"),
                    ("message", Verdict.Finding, "4182 named HBWK2Q2P three times; the store died three times"),
                    ("threads", Verdict.Clear, "50 (0x32)"),
                    ("store-build", Verdict.Finding, "5.5.2653.23 is older than 5.5.2656.60")
                )
                .SetItem(
                    "message",
                    new(
                        Verdict.Finding,
                        "4182 named HBWK2Q2P three times; the store died three times",
                        new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            ["named"] = "HBWK2Q2P",
                            ["storeDied"] = "3",
                            ["in"] = "312",
                            ["out"] = "41",
                            ["oldest"] = (Down - (3 * Minute)).ToString(CultureInfo.InvariantCulture),
                        },
                        Down + Minute
                    )
                ),
            Changes =
            [
                new(Third, ChangeKind.Remedy, "message", "search")
                {
                    State = ChangeState.Planned,
                    Does = "Hold the mail in In, return all but the suspects, start and watch",
                    Remedy = SearchPlan.Remedy,
                    Search = new(12, 4, 40),
                    Plan = Plan.ToBytes(SearchPlan),
                },
            ],
        };

    private static Plan SearchPlan =>
        new(
            Third,
            Some.Relay,
            Some.Host,
            new(
                [Call.To("mail.search", ("starts", "12"), ("store-crashes", "4"), ("minutes", "40"))],
                null,
                [Call.To("antivirus.exclude", ("path", @"D:\Exchsrvr\Imcdata"))],
                []
            ),
            [
                new(
                    Call.To("antivirus.exclude", ("path", @"D:\Exchsrvr\Imcdata")),
                    Impact.Reversible,
                    Scope.Single,
                    @"antivirus leaves D:\Exchsrvr\Imcdata alone",
                    "removes the exclusion again",
                    [],
                    null,
                    None
                )
                {
                    Traits = [Trait.Configuration],
                },
                new(
                    Call.To("mail.search", ("starts", "12"), ("store-crashes", "4"), ("minutes", "40")),
                    Impact.Disruptive,
                    Scope.Bounded,
                    @"stop MSExchangeIMC; hold the files of D:\Exchsrvr\Imcdata\In (now 312) by rename; Queue.dat aside each round; return all but the suspects; start; watch",
                    "puts all held mail back, proved by hash; Queue.dat is not put back",
                    [],
                    new(400, 2_147_483_648),
                    None
                )
                {
                    Traits = [Trait.Items, Trait.Files, Trait.Holds, Trait.StopsService, Trait.StartsService, Trait.DisconnectsUsers],
                    Stops = ["MSExchangeIMC"],
                    Starts = ["MSExchangeIS", "MSExchangeIMC"],
                },
            ],
            Impact.Disruptive,
            "Mailbox users are disconnected now; this starts the store, and they are again if it crashes (at most 4 times). "
                + "Internet mail is down now; this starts it.",
            ["Mail in flight at a crash, and some outbound mail, may arrive twice.", "No mail is deleted."]
        );

    /// <summary>The same where the search goes on beside its service.</summary>
    private static Incident Beside(Incident incident) =>
        incident with
        {
            Changes =
            [
                .. incident.Changes.Select(change =>
                    change.Question == Third ? change with { Plan = Plan.ToBytes(StoppingNothing) } : change
                ),
            ],
        };

    private static Plan StoppingNothing =>
        SearchPlan with
        {
            Effects = [SearchPlan.Effects[0], SearchPlan.Effects[1] with { Traits = [Trait.Items, Trait.Holds], Stops = [], Starts = [] }],
        };

    private static Incident FirstRun =>
        Searching with
        {
            Search = Search with
            {
                Rounds = [],
                Counts = null,
                Manifest = null,
                Held = IndexSet.Empty,
                FirstGoodAt = null,
                Run = 1,
                Order = new(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null),
            },
        };

    private static Incident Waiting => Fresh with { Phase = Phase.AwaitingApproval, Changes = [SearchRequest] };

    private static Incident Signing =>
        Waiting with
        {
            Pages = Paged,
            Changes =
            [
                SearchRequest with
                {
                    Approval = new("on-call", false, 1, ["security"]),
                    Votes = [new(Some.OnCall, Answer.Approve, "go", Now + Minute)],
                },
            ],
        };

    private static ImmutableList<PageLine> Paged =>
        [
            new(1, "on-call", null, default, Down + Minute)
            {
                IsSent = true,
                SeenBy = "Olu's phone",
                SeenAt = Down + (3 * Minute),
            },
            new(2, "on-call", Some.OnCall.Id, Third, Now) { IsSent = true },
            new(3, "security", null, Third, Now) { IsSent = false },
        ];

    private static Change SearchRequest =>
        new(Third, ChangeKind.Remedy, "message", "search")
        {
            State = ChangeState.Asked,
            Does = "Hold the mail in In, return all but the suspects, start and watch",
            Plan = Plan.ToBytes(SearchPlan),
            Digest = ContentDigest.Of(Plan.ToBytes(SearchPlan)),
            Impact = Impact.Disruptive,
            Search = new(12, 4, 40),
            AskedBy = Some.Responder,
            AskedAt = Now,
            ExpiresAt = Now + (30 * Minute),
        };

    private static Incident Cleaning
    {
        get
        {
            var calls = new[]
            {
                Call.To("recycle-bin.empty", ("volume", "D:")),
                Call.To("files.delete", ("folder", @"D:\TEMP"), ("older-than", "1d")),
            };
            var start = Call.To("service.start", ("service", "MSExchangeIMC"));
            PlannedItem[] items =
            [
                .. Enumerable
                    .Range(1, 1000)
                    .Select(number => new PlannedItem(
                        $@"D:\TEMP\build {number:000}\a rather long name of a file that nobody needs any more {number:000}.tmp",
                        number * 70_000L,
                        Down,
                        $"{number}"
                    )),
            ];
            var plan = Plan.ToBytes(
                new(
                    Fourth,
                    Some.Relay,
                    Some.Host,
                    new(calls, Call.To("disk.free", ("path", "D:"), ("at-least", "500MB")), [], [start]),
                    [
                        new(
                            calls[0],
                            Impact.Destructive,
                            Scope.Listed,
                            "empty the recycle bin of D:, 3 files, 120 MB",
                            null,
                            items[..3],
                            null,
                            None
                        )
                        {
                            Traits = [Trait.Files, Trait.Deletes, Trait.GainsSpace],
                        },
                        new(
                            calls[1],
                            Impact.Destructive,
                            Scope.Listed,
                            @"delete 997 files, 612 MB, in D:\TEMP",
                            null,
                            items[3..],
                            null,
                            None
                        )
                        {
                            Traits = [Trait.Files, Trait.Deletes, Trait.GainsSpace],
                        },
                        new(
                            start,
                            Impact.Disruptive,
                            Scope.Single,
                            "start MSExchangeIMC and watch it 120 s",
                            "stops it again",
                            [],
                            null,
                            None
                        )
                        {
                            Traits = [Trait.StartsService],
                            Stops = [],
                            Starts = ["MSExchangeIMC"],
                        },
                    ],
                    Impact.Destructive,
                    "Mailbox users stay connected unless the store crashes at the start. Internet mail is down now; this starts it.",
                    []
                )
            );
            return Waiting with
            {
                Changes =
                [
                    SearchRequest with
                    {
                        Question = Fourth,
                        Step = "disk-space",
                        Offer = "ladder",
                        Does = "Free space, gentlest first, until 500 MB are free",
                        Plan = plan,
                        Digest = ContentDigest.Of(plan),
                        Impact = Impact.Destructive,
                        Search = null,
                    },
                ],
                Findings = Waiting.Findings.SetItem(
                    "disk-space",
                    new(Verdict.Finding, "4 MB free of 18 GB on D:", new Dictionary<string, string>(StringComparer.Ordinal), Now)
                ),
            };
        }
    }

    /// <summary>The search is to be taken back, with the message it has proved bad.</summary>
    public static Incident Undoing =>
        With(
            Done,
            new(
                Fourth,
                Some.Relay,
                Some.Host,
                Remedy.Undo(Third),
                [
                    new(
                        SearchPlan.Effects[1].Call,
                        Impact.Disruptive,
                        Scope.Bounded,
                        "stop the Internet Mail Service, put all mail held by INC-7/3 back into In after checking each hash, start "
                            + "it as it ran before",
                        null,
                        [],
                        null,
                        None
                    )
                    {
                        Traits = [Trait.Items, Trait.Files, Trait.StopsService, Trait.StartsService],
                        Stops = ["MSExchangeIMC"],
                        Starts = ["MSExchangeIMC"],
                    },
                ],
                Impact.Disruptive,
                "Mailbox users stay connected unless the store crashes at the start. Internet mail waits meanwhile.",
                ["If a returned message is bad, the service stops again and may take the store with it."]
            ),
            "Take back INC-7/3"
        );

    /// <summary>A command whose policy does not say what it touches.</summary>
    public static Incident Opaque =>
        With(
            Waiting,
            new(
                Fourth,
                Some.Relay,
                Some.Host,
                new([Call.To("command.reindex")], null, [], []),
                [
                    new(
                        Call.To("command.reindex"),
                        Impact.Disruptive,
                        Scope.Single,
                        @"Rebuild the index: on the relay's machine run C:\Admin\Reindex.exe /all",
                        null,
                        [],
                        null,
                        None
                    )
                    {
                        Traits = Traits.Unknown,
                    },
                ],
                Impact.Disruptive,
                "Whether command.reindex stops a service is not known to ImcBot, nor what users notice.",
                []
            ),
            "Rebuild the index"
        );

    /// <summary>A plain start while the named message lies in In.</summary>
    public static Incident Starting =>
        With(
            Waiting,
            new(
                Fourth,
                Some.Relay,
                Some.Host,
                Some.Runbook.StartOnce,
                [
                    new(
                        Some.Runbook.StartOnce.Starts[0],
                        Impact.Disruptive,
                        Scope.Single,
                        "start Internet Mail Service and watch it",
                        "stops it again",
                        [],
                        null,
                        None
                    )
                    {
                        Traits = [Trait.StartsService],
                        Stops = [],
                        Starts = ["MSExchangeIMC"],
                    },
                ],
                Impact.Disruptive,
                "Mailbox users stay connected unless the store crashes at the start. Internet mail is down now; this starts it.",
                []
            ),
            "Start once"
        );

    /// <summary>The same incident with this plan put to the approvers.</summary>
    public static Incident With(Incident incident, Plan plan, string does, Impact? impact = null)
    {
        var bytes = Plan.ToBytes(plan);
        return incident with
        {
            Phase = Phase.AwaitingApproval,
            Changes =
            [
                .. incident.Changes.Where(change => change.HasEnded),
                SearchRequest with
                {
                    Question = Fourth,
                    Kind = ChangeKind.Undo,
                    Step = null,
                    Offer = "practice",
                    Does = does,
                    Plan = bytes,
                    Digest = ContentDigest.Of(bytes),
                    Impact = impact ?? plan.Impact,
                    Search = null,
                },
            ],
        };
    }

    private static Incident Restarted
    {
        get
        {
            return Cleaning with
            {
                Phase = Phase.Verifying,
                Changes =
                [
                    Cleaning.Request! with
                    {
                        State = ChangeState.Done,
                        Votes = [new(Some.OnCall, Answer.Approve, "", Now + Minute)],
                        Started = true,
                        Summary = "732 MB freed, MSExchangeIMC runs",
                        By = Some.OnCall,
                        At = Now + (3 * Minute),
                        Effects =
                        [
                            new("recycle-bin.empty", Verdict.Clear, "3 files deleted, 120 MB"),
                            new("files.delete", Verdict.Clear, "997 files deleted, 612 MB"),
                            new("service.start", Verdict.Clear, "MSExchangeIMC runs since 120 s"),
                        ],
                    },
                ],
            };
        }
    }

    private static Incident Ended(ChangeState outcome, ChangeState change, string summary, string? doubt = null) =>
        Restarted with
        {
            Changes =
            [
                Restarted.Changes[0] with
                {
                    State = outcome,
                    Told = change,
                    Summary = summary,
                    Doubt = doubt,
                },
                new(Fourth, ChangeKind.Remedy, "smtp-log", "lower-level")
                {
                    State = ChangeState.Done,
                    Does = Some.Runbook.Find("smtp-log")!.Offers.First(offer => offer.Name == "lower-level").Does,
                    Summary = "level None (with 7/4)",
                    By = Some.OnCall,
                    At = Now,
                    Rode = true,
                },
            ],
        };

    private static Incident Mixed =>
        Settled(
            AllClear with
            {
                CrashedAt = Crashes,
                Changes =
                [
                    .. Ended(
                        ChangeState.Failed,
                        ChangeState.Done,
                        "MSExchangeIMC did not stay up: event 4102 of MSExchangeIMC was written."
                    ).Changes,
                    .. AllClear.Changes,
                    new(Ninth, ChangeKind.Remedy, "store-build", "hotfix")
                    {
                        State = ChangeState.Done,
                        Does = Some.Runbook.Find("store-build")!.Offers[0].Does,
                        ByHand = true,
                        Summary = "done by hand",
                        By = Some.Lead,
                        At = Now,
                    },
                ],
            }
        );

    private static ImmutableSortedSet<long> Crashes => [Down - (4 * Minute), Down - (2 * Minute), Down];

    private static ImmutableSortedDictionary<string, ServiceWord> Running =>
        Words(("MSExchangeIMC", "running"), ("MSExchangeIS", "running"));

    private static ImmutableSortedDictionary<string, ServiceWord> Words(params (string Name, string Word)[] services) =>
        services.ToImmutableSortedDictionary(
            service => service.Name,
            service => new ServiceWord(service.Word, service.Word == "running", Down + Minute)
        );

    private static Incident Decided(ChangeState outcome, params Vote[] votes) =>
        Waiting with
        {
            Changes = [SearchRequest with { State = outcome, Votes = [.. votes] }],
        };

    private static Incident Searching =>
        Decided(ChangeState.Running, new Vote(Some.OnCall, Answer.Approve, "go", Now + (3 * Minute))) with
        {
            Phase = Phase.Searching,
            Now = Now + (16 * Minute),
            Search = Search,
            ServiceUp = true,
            DownSince = null,
            UpSince = Now + (9 * Minute),
            Services = Running,
        };

    /// <summary>A search under way, of another runbook's subject.</summary>
    public static Incident Searched(Runbook runbook) =>
        Searching with
        {
            Host = "PRINT01",
            Runbook = runbook,
            Search = Search with { Words = runbook.Words },
            Headline = "",
        };

    private static Search Search =>
        new(
            Third,
            ContentDigest.Of(Plan.ToBytes(SearchPlan)),
            new(["x"], Impact.Disruptive, 14, 40),
            new(12, 4, 40),
            Now + (5 * Minute),
            new SearchRound(2, IndexSet.Of(3, 4), IndexSet.Of(0, 1, 2)),
            new(RoundKind.Return, IndexSet.Of(3, 4), IndexSet.Empty, "d")
        )
        {
            Run = 3,
            Rounds =
            [
                new(1, RoundKind.Hold, 0, RoundVerdict.Ran, false, 130, "ran empty") { Suspects = 5 },
                new(2, RoundKind.Return, 307, RoundVerdict.Ran, false, 245, "ran") { Suspects = 5, Accepted = 307 },
            ],
            Manifest = Manifest,
            Counts = new MessageCounts(312, 9, 2, 3, 316, 0, 0, 0),
            Held = IndexSet.Of(0, 1, 2),
            FirstGoodAt = Now + (9 * Minute),
            Words = Some.Runbook.Words,
        };

    private static ImmutableList<RoundLine> Narrowing =>
        [
            new(1, RoundKind.Hold, 0, RoundVerdict.Ran, false, 130, "ran empty") { Suspects = 312 },
            new(2, RoundKind.Return, 150, RoundVerdict.Crashed, true, 95, "crashed") { Suspects = 150 },
            new(3, RoundKind.Return, 48, RoundVerdict.Ran, false, 190, "ran") { Suspects = 102, Accepted = 48 },
            new(4, RoundKind.Return, 51, RoundVerdict.Ran, false, 188, "ran") { Suspects = 51, Accepted = 99 },
            new(5, RoundKind.Return, 25, RoundVerdict.Crashed, true, 92, "crashed") { Suspects = 25, Accepted = 99 },
            new(6, RoundKind.Return, 13, RoundVerdict.Ran, false, 185, "ran") { Suspects = 12, Accepted = 112 },
            new(7, RoundKind.Return, 200, RoundVerdict.Ran, false, 231, "ran") { Suspects = 1, Accepted = 320 },
        ];

    private static SearchManifest Manifest =>
        new(
            312,
            41_000_000,
            "d",
            @"D:\ImcBotHold\INC-7",
            [
                new(0, "HBWK2Q2P", 48_112, ["blank-charset", "null-boundary"], Down - (3 * Minute), "example.net"),
                new(1, "3XDW6BQJ", 2_310, ["bad-content-type"], Down - (2 * Minute), "example.com"),
                new(2, "MM0XK5MC", 911, ["long-header"], Down - Minute, null),
            ],
            IndexSet.Of(0)
        );

    /// <summary>All is well again, three suspects are held, and nobody has said yet who looks after them.</summary>
    public static Incident Holding => AllClear with { Owner = null };

    private static Incident Done => Settled(AllClear);

    private static Incident AllClear
    {
        get
        {
            var searched = Searching;
            return searched with
            {
                Phase = Phase.Resolved,
                WatchQuestion = Ninth,
                DownSince = null,
                Starts = 4,
                ServiceUp = true,
                Services = Running,
                ResolvedAt = Now + (36 * Minute),
                CrashedAt = [],
                Headline = "Mail flows without the suspects.",
                Now = Now + (40 * Minute),
                Search = searched.Search! with
                {
                    End = new SearchEnd(SearchEndReason.Flows, IndexSet.Of(0), IndexSet.Of(1, 2), IndexSet.Of(0, 1, 2), false, false, true),
                    Counts = new(312, 9, 0, 3, 318, 0, 0, 0),
                },
                Changes =
                [
                    searched.Changes[0] with
                    {
                        State = ChangeState.Done,
                        Started = true,
                        By = Some.OnCall,
                        At = Now + (30 * Minute),
                        Summary = "Mail flows without the suspects. 1 bad message was found: HBWK2Q2P; 318 were accepted, 3 are held.",
                    },
                ],
            };
        }
    }

    /// <summary>What it leaves open when it ends, and one line of it that is done by now.</summary>
    private static Incident Settled(Incident ended)
    {
        var left = FollowUp.Of(ended);
        return ended with { FollowUps = left.SetItem(1, left[1] with { DoneAt = Now + (40 * Minute) }) };
    }

    private static Incident Spent
    {
        get
        {
            var done = Done;
            var limits = new SearchLimits(2, 4, 40);
            var state = SearchState
                .Begin(SearchOutline.Plain(312, 1), limits, 1)
                .GoOn(SearchAim.Separate)
                .After(
                    new RoundResult(0, RoundVerdict.Ran, IndexSet.Empty, IndexSet.Empty, IndexSet.Empty, 0, false, TimeSpan.FromMinutes(2))
                );
            return done with
            {
                Search = done.Search! with
                {
                    Limits = limits,
                    State = state,
                    End = (SearchEnd)state.NextRound(),
                    Held = IndexSet.UpTo(312),
                    FirstGoodAt = null,
                    Rounds = done.Search!.Rounds.GetRange(0, 1),
                    Counts = new(312, 0, 0, 312, 0, 0, 0, 0),
                },
            };
        }
    }

    private static Incident[] Together =>
        [
            Waiting with
            {
                Number = 7,
                Host = "EXCH01",
                Members = [5, 6, 7, 8],
                Founder = 7,
                Pages =
                [
                    new(1, Role.OnCall, null, default, Now)
                    {
                        IsSent = true,
                        SeenBy = "Olu's phone",
                        SeenAt = Now + Minute,
                    },
                ],
            },
            Fresh with
            {
                Number = 5,
                Host = "EXCH02",
                Founder = 7,
                Owner = null,
                Phase = Phase.Surveying,
                DownSince = null,
                ServiceUp = null,
                Changes = [],
            },
            Searching with
            {
                Number = 6,
                Host = "EXCH-WITH-A-LONG-NAME",
                Founder = 7,
                Owner = Some.Lead,
            },
            Done with
            {
                Number = 8,
                Host = "EXCH04",
                Founder = 7,
            },
        ];

    private static Incident ByHand =>
        Fresh with
        {
            Phase = Phase.AwaitingPerson,
            Changes = [],
            Task = new(
                Ninth,
                PersonTaskKind.Manual,
                Some.Runbook.Find("store-build")!.Offers[0].Does,
                "store-build",
                "hotfix",
                "Microsoft Exchange Server 5.5, 310 MB\nNetwork Associates McShield, 24 MB\nBackup Agent, 90 MB"
            ),
        };

    private static Dictionary<string, string> None => [];

    private static JsonElement Incident(Incident incident) => Card(incident, CardKind.Incident, default);

    private static JsonElement Card(Incident incident, CardKind kind, QuestionId question, Viewing? viewing = null) =>
        CardFactory.Write(incident, new PostKey(kind, question), viewing);

    private static ImmutableDictionary<string, StepFinding> Found(params (string Step, Verdict Verdict, string Summary)[] findings) =>
        findings.ToImmutableDictionary(found => found.Step, found => new StepFinding(found.Verdict, found.Summary, None, Down + Minute));

    private static long At(string time) => (DateTimeOffset.Parse(time, CultureInfo.InvariantCulture) - DateTimeOffset.UnixEpoch).Ticks / 10;
}
