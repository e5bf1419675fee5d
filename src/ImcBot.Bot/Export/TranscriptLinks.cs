using System.Buffers.Text;
using System.Globalization;
using System.Text;
using ImcBot.Bot.Journal;

namespace ImcBot.Bot.Export;

/// <summary>
/// Links to transcripts: good for 15 minutes, signed with a key of their own. Whoever has one can read the transcript, so it is given
/// privately and nothing keeps the page.
/// </summary>
internal sealed class TranscriptLinks(BotAddress address, BotOptions options, TimeProvider clock) : IDisposable
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    private readonly JournalKey _key = new(KeyFile.LoadOrCreate(options.LinkKeyFile));

    public Uri For(int incident, string format)
    {
        var terms = Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{incident}.{format}.{(clock.GetUtcNow() + Life).ToUnixTimeSeconds()}")
        );
        return new Uri(
            $"{address.Url.TrimEnd('/')}/transcripts/{Base64Url.EncodeToString(terms)}.{Base64Url.EncodeToString(_key.Sign(terms))}"
        );
    }

    /// <summary>What a link of this bot is good for and until when; null for any other.</summary>
    public (int Incident, string Format, DateTimeOffset Until)? Read(string link)
    {
        try
        {
            var parts = link.Split('.');
            var terms = parts.Length == 2 ? Base64Url.DecodeFromChars(parts[0]) : [];
            return
                terms.Length > 0
                && _key.Verifies(terms, Base64Url.DecodeFromChars(parts[1]))
                && Encoding.UTF8.GetString(terms).Split('.') is [var incident, var format, var until]
                ? (
                    int.Parse(incident, CultureInfo.InvariantCulture),
                    format,
                    DateTimeOffset.FromUnixTimeSeconds(long.Parse(until, CultureInfo.InvariantCulture))
                )
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public void Dispose() => _key.Dispose();
}
