using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Alerts;

/// <summary>Knows a source by its secret, and how often each has spoken in this minute.</summary>
internal sealed class AlertSources(IOptions<AlertOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly (string Name, AlertSource Source, byte[] Hash)[] _known =
    [
        .. options.Value.Sources.Select(pair => (pair.Key, pair.Value, Hash(pair.Value.Secret))),
    ];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _spoken = new(StringComparer.Ordinal);
    private long _begin = time.GetTimestamp();

    /// <summary>The source with this secret, or null. Takes as long for a wrong secret as for a right one.</summary>
    public (string Name, AlertSource Source)? Find(string? secret)
    {
        var hash = Hash(secret ?? "");
        (string, AlertSource)? found = null;
        foreach (var (name, source, known) in _known)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, known))
            {
                found = (name, source);
            }
        }

        return found;
    }

    /// <summary>Counts a request; false when there were too many in this minute.</summary>
    /// <param name="name">The source, or empty for whoever has no right secret: those cannot use up anybody else's.</param>
    public bool Admit(string name)
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(_begin) >= Minute)
            {
                _spoken.Clear();
                _begin = time.GetTimestamp();
            }

            var spoken = _spoken[name] = _spoken.GetValueOrDefault(name) + 1;
            return spoken <= options.Value.PerMinute;
        }
    }

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
