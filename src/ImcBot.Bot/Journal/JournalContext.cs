using System.Text.Json.Serialization;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Journal;

/// <summary>
/// The shapes of the journal's JSON, made while the program is built: reading them at run time makes a fresh process compile for longer
/// than a journal of ordinary length takes to read.
/// </summary>
[JsonSerializable(typeof(Entry))]
[JsonSerializable(typeof(Fact))]
[JsonSerializable(typeof(IReadOnlyList<Effect>))]
internal sealed partial class JournalContext : JsonSerializerContext;
