using ImcBot.Contracts;
using ImcBot.Yaml;

namespace ImcBot.Core.Runbooks;

/// <content>Calls of the catalog.</content>
internal static partial class RunbookFile
{
    private static Call ReadCheck(YamlMapping reader)
    {
        var call = ReadCall(reader);
        Demand(reader, call, check: true);
        reader.Finish();
        return call;
    }

    private static Call ReadRung(YamlMapping reader)
    {
        var call = ReadCall(reader);
        if (Demand(reader, call, check: false) && Forbidden.RefuseRung(Binding.Fill(call, reader.Names)) is { } refusal)
        {
            reader.Refuse(refusal, "use");
        }

        reader.Finish();
        return call;
    }

    private static Call ReadCall(YamlMapping reader)
    {
        var use = reader.Text("use");
        var with = reader.Mapping("with")?.Scalars() ?? new Dictionary<string, string>(StringComparer.Ordinal);
        return new Call(use, Catalog.Find(use)?.Version ?? 0, with);
    }

    /// <summary>
    /// Judges a call with the defaults in the parameters' places; what a subject says instead is judged by <see cref="Binding.Problems"/>.
    /// </summary>
    private static bool Demand(YamlMapping reader, Call written, bool check)
    {
        var call = Binding.Fill(written, reader.Names);
        if (Catalog.Find(call.Use) is not { } entry)
        {
            reader.Refuse(Catalog.Refuse(call)!, "use");
            return false;
        }

        if (entry.IsCheck != check)
        {
            reader.Refuse(
                check
                    ? $"'{call.Use}' acts; a check may only read."
                    : $"'{call.Use}' only reads; a remedy must name an action of the catalog.",
                "use"
            );
            return false;
        }

        if ((Catalog.Refuse(call) ?? Forbidden.Refuse(call)) is not { } refusal)
        {
            return true;
        }

        reader.Refuse(refusal, reader.Has("with") ? "with" : "use");
        return false;
    }
}
