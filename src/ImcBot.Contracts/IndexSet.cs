using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ImcBot.Contracts;

/// <summary>A set of message indexes, travelling as <c>0-4,7,9-12</c>.</summary>
[JsonConverter(typeof(IdentifierConverter<IndexSet>))]
public readonly record struct IndexSet(string Text) : IIdentifier<IndexSet>
{
    public static bool TryParse([NotNullWhen(true)] string? text, out IndexSet id)
    {
        id = new IndexSet(text ?? "");
        return text is not null;
    }

    public override string ToString() => Text;
}
