using System.Text.RegularExpressions;
using ImcBot.Bot.Channel;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>Somebody a calendar may name.</summary>
/// <param name="Name">A name or mail address, as calendars write it. Who is called in several ways stands several times.</param>
/// <param name="Id">Entra object id.</param>
internal sealed record Holder(string Name = "", string Id = "");

/// <summary>Those whom an event names.</summary>
/// <param name="Strangers">What is no name of anybody.</param>
/// <param name="Guessed">The title, where they were found in it among words that are no names.</param>
internal sealed record Naming(IReadOnlyList<Holder> Known, IReadOnlyList<string> Strangers, string? Guessed = null);

/// <summary>
/// The people that calendars may name. What does not show does not matter: letter case, the number of spaces, marks that nobody sees, which
/// dash and which apostrophe, and symbols around the name.
/// </summary>
internal sealed partial class People
{
    private static readonly string[] Lists = [",", ";", "/", "&", "+", "|", "\n", " and ", " und "],
        Decorations = [" - ", " – ", " — ", " | ", ": "];

    private readonly Dictionary<string, Holder>? _byName;
    private readonly Dictionary<string, Holder> _byId = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="people">The first name of an id is the one that is shown; null lets every name count for itself.</param>
    public People(IEnumerable<Holder>? people)
    {
        _byName = people is null ? null : new Dictionary<string, Holder>(StringComparer.Ordinal);
        foreach (var person in people ?? [])
        {
            _byId.TryAdd(person.Id, person);
            _byName!.TryAdd(Key(person.Name), _byId[person.Id]);
        }
    }

    /// <summary>Those whom an event names, in its order.</summary>
    public Naming Named(ShiftTitle title, TitlePattern pattern) =>
        title.Title is { } text
            ? InTitle(text, pattern)
            : Each(title.Attendees.Select(attendee => (Invited(attendee), attendee.Address.Length > 0 ? attendee.Address : attendee.Name)));

    private Holder? Invited((string Address, string Name) attendee) =>
        _byName is null && attendee.Name.Length > 0 ? Find(attendee.Name) : Find(attendee.Address) ?? Find(attendee.Name);

    private Naming InTitle(string title, TitlePattern pattern)
    {
        if (_byName is not null && Find(title) is { } whole)
        {
            return new Naming([whole], []);
        }

        var taken = pattern.NameIn(title) ?? title;
        var named = InList(taken);
        return named.Known.Count > 0 || InList(taken, Decorations) is not { Known.Count: > 0 } decorated ? named
            : decorated.Strangers.Count > 0 ? new Naming(decorated.Known, [], title.ReplaceLineEndings(" "))
            : decorated;
    }

    // The longest names win: of "Adeyemi, Olu, Riley Reyes" a person who is called "Adeyemi, Olu" is one.
    private Naming InList(string text, params string[] more)
    {
        var (parts, known) = (Split(text, [.. Lists, .. more]), new List<(Holder?, string)>());
        for (var at = 0; at < parts.Count; at++)
        {
            var last = at;
            for (var end = parts.Count - 1; end > at && _byName is not null && last == at; end--)
            {
                last = Find(text[parts[at].Start..parts[end].End]) is null ? at : end;
            }

            var part = text[parts[at].Start..parts[last].End].Trim();
            known.Add((Find(part), part));
            at = last;
        }

        return Each(known.Where(part => part.Item2.Length > 0));
    }

    private static List<(int Start, int End)> Split(string text, string[] separators)
    {
        var (parts, begin) = (new List<(int, int)>(), 0);
        for (var at = 0; at < text.Length; at++)
        {
            if (
                Array.Find(
                    separators,
                    separator => string.Compare(text, at, separator, 0, separator.Length, StringComparison.OrdinalIgnoreCase) == 0
                ) is
                { } found
            )
            {
                parts.Add((begin, at));
                begin = at + found.Length;
                at = begin - 1;
            }
        }

        parts.Add((begin, text.Length));
        return parts;
    }

    private static Naming Each(IEnumerable<(Holder? Person, string Text)> named)
    {
        (Holder? Person, string Text)[] all = [.. named];
        return new Naming(
            [.. all.Select(one => one.Person).OfType<Holder>().DistinctBy(person => person.Id, StringComparer.OrdinalIgnoreCase)],
            [.. all.Where(one => one.Person is null).Select(one => one.Text)]
        );
    }

    private Holder? Find(string name) =>
        Key(name) is not { Length: > 0 } key ? null
        : _byName is null ? new Holder(name.Trim(), name.Trim())
        : _byName.TryGetValue(key, out var person) || _byId.TryGetValue(name.Trim(), out person) ? person
        : Guid.TryParse(name, out _) ? new Holder(name.Trim(), name.Trim())
        : null;

    private static string Key(string name) =>
        string.Join(
            ' ',
            Edges()
                .Replace(Apostrophe().Replace(new Spelling(name).Plainly, "'"), "")
                .ToUpperInvariant()
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        );

    [GeneratedRegex(@"[\u02bc\u00b4`]", RegexOptions.CultureInvariant)]
    private static partial Regex Apostrophe();

    [GeneratedRegex(@"^[\p{S}\s]+|[\p{S}\s]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Edges();
}
