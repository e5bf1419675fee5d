using System.Text.Json;
using System.Text.Json.Serialization;
using ImcBot.Contracts;
using ImcBot.Relay.Commands;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Lab;
using ImcBot.Relay.Hosts.Linux;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Queues;
using ImcBot.Relay.Session;

namespace ImcBot.Relay;

/// <summary>The wire's dialect for all that this relay sends, keeps and prints.</summary>
internal static class RelayJson
{
    public static JsonSerializerOptions Options { get; } = WireJson.With(RelayContext.Default);
}

/// <summary>The shapes of what this relay keeps and prints, and of what a practice server says, made while the program is built.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Dictionary<string, int>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(FollowedLog.Beginning))]
[JsonSerializable(typeof(HoldManifest.Head))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(LabApi.Refusal))]
[JsonSerializable(typeof(LabHost.About))]
[JsonSerializable(typeof(LabHost.Files.FileVersion))]
[JsonSerializable(typeof(LabHost.Files.FirstLink))]
[JsonSerializable(typeof(LabHost.Files.Listing))]
[JsonSerializable(typeof(LabMode))]
[JsonSerializable(typeof(LabWriter.Answer))]
[JsonSerializable(typeof(LabWriter.DeleteOrder))]
[JsonSerializable(typeof(LabWriter.FolderOrder))]
[JsonSerializable(typeof(LabWriter.MoveOrder))]
[JsonSerializable(typeof(List<DriverInfo>))]
[JsonSerializable(typeof(List<LabValue>))]
[JsonSerializable(typeof(List<LogEvent>))]
[JsonSerializable(typeof(List<ProgramInfo>))]
[JsonSerializable(typeof(List<ServiceInfo>))]
[JsonSerializable(typeof(List<Volume>))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(Membership))]
[JsonSerializable(typeof(PrintedCheck))]
[JsonSerializable(typeof(PrintedDiagnosis))]
[JsonSerializable(typeof(PrintedEnd))]
[JsonSerializable(typeof(PrintedEnrolment))]
[JsonSerializable(typeof(PrintedKey))]
[JsonSerializable(typeof(PrintedLedger))]
[JsonSerializable(typeof(PrintedMessage))]
[JsonSerializable(typeof(PrintedPolicy))]
[JsonSerializable(typeof(PrintedProblems))]
[JsonSerializable(typeof(PrintedStep))]
[JsonSerializable(typeof(PrintedTrial))]
[JsonSerializable(typeof(SearchRecord))]
internal sealed partial class RelayContext : JsonSerializerContext;
