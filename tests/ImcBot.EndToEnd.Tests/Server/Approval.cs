using System.Text.Json;
using ImcBot.Bot.Cards;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;

namespace ImcBot.EndToEnd.Tests.Server;

/// <summary>What the approval card of a plan says, read from the card as it is sent.</summary>
internal sealed class Approval
{
    private readonly JsonElement _card;

    public Approval(Plan plan, Incident? incident = null)
    {
        incident ??= Night;
        var bytes = Plan.ToBytes(plan);
        var request = new Change(plan.Question, ChangeKind.Remedy, null, "practice")
        {
            State = ChangeState.Asked,
            Does = "Try it",
            Plan = bytes,
            Digest = ContentDigest.Of(bytes),
            Impact = plan.Impact,
            AskedBy = Some.Responder,
            AskedAt = Some.Start,
            ExpiresAt = Some.Start + 1_800_000_000,
        };
        _card = CardFactory.Write(incident with { Changes = [request] }, new PostKey(CardKind.Approval, plan.Question));
    }

    public static Incident Night =>
        new()
        {
            Number = 7,
            Host = "EXCH01",
            Relay = Some.Relay,
            Runbook = Some.Runbook,
            Profile = HostProfile.Patient,
            Seed = 1,
            OpenedAt = Some.Start,
            Now = Some.Start,
        };

    /// <summary>Each thing that it says is in the plan, without figures.</summary>
    public IReadOnlyList<string> In =>
        [
            .. Row("Does")
                .TrimEnd('.')
                .Split(", ")
                .Select(said => said.Split(" (")[0])
                .Where(said => said.Length > 0 && char.IsLetter(said[0])),
        ];

    /// <summary>Each thing that it says is not in the plan.</summary>
    public IReadOnlyList<string> NotIn => Row("Not in it").Split(", ");

    public string Users => Row("Users");

    // Above the buttons a line begins with its label; among the details it stands in a column.
    private string Row(string label) =>
        _card
            .GetProperty("body")
            .EnumerateArray()
            .Select(Texts)
            .FirstOrDefault(text => text.StartsWith(label + "  ", StringComparison.Ordinal))
            is { } line
            ? line[(label.Length + 2)..]
            : string.Join(' ', Rows(_card).First(row => Text(row[0]) == label)[1].EnumerateArray().Select(item => Texts(item))).Trim();

    private static IEnumerable<JsonElement[]> Rows(JsonElement node) =>
        node.ValueKind switch
        {
            JsonValueKind.Object when node.TryGetProperty("columns", out var columns) && columns.GetArrayLength() == 2 =>
            [
                [.. columns.EnumerateArray().Select(column => column.GetProperty("items"))],
            ],
            JsonValueKind.Object => node.EnumerateObject().SelectMany(member => Rows(member.Value)),
            JsonValueKind.Array => node.EnumerateArray().SelectMany(Rows),
            _ => [],
        };

    private static string Text(JsonElement items) => string.Concat(items.EnumerateArray().Select(Texts));

    private static string Texts(JsonElement element) =>
        element.TryGetProperty("text", out var text) ? text.GetString()!
        : element.TryGetProperty("inlines", out var inlines)
            ? string.Concat(inlines.EnumerateArray().Select(inline => inline.GetProperty("text").GetString()))
        : "";
}
