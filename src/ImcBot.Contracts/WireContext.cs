using System.Text.Json.Serialization;

namespace ImcBot.Contracts;

/// <summary>
/// The shapes of all that bot and relay say to each other, made while the program is built: a relay that reads no types at run time can be
/// published as native code.
/// </summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Enrolled))]
[JsonSerializable(typeof(Enrolment))]
[JsonSerializable(typeof(EnrolmentCode))]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(HostAlert))]
[JsonSerializable(typeof(KeyHandover))]
[JsonSerializable(typeof(LedgerRow))]
[JsonSerializable(typeof(Plan))]
[JsonSerializable(typeof(Poll))]
[JsonSerializable(typeof(RelayKeyChange))]
[JsonSerializable(typeof(Report[]))]
[JsonSerializable(typeof(RunbookCalls))]
[JsonSerializable(typeof(SignedOutcome))]
[JsonSerializable(typeof(Welcome))]
[JsonSerializable(typeof(Work))]
internal sealed partial class WireContext : JsonSerializerContext;
