using System.Net;
using ImcBot.Testing.Link;

namespace ImcBot.EndToEnd.Tests.Link;

/// <summary>
/// Which faults a link has, one after the other, each for a while and with a while of peace after it; the same for the same seed.
/// </summary>
internal sealed record FaultSequence(int Seed, IReadOnlyList<(Fault Fault, TimeSpan For, TimeSpan Peace)> Steps)
{
    private const int Fewest = 4,
        Most = 8;

    private static readonly HttpStatusCode[] Statuses =
    [
        HttpStatusCode.OK,
        HttpStatusCode.Created,
        HttpStatusCode.Accepted,
        HttpStatusCode.NoContent,
        HttpStatusCode.ResetContent,
        HttpStatusCode.PartialContent,
        HttpStatusCode.BadRequest,
        HttpStatusCode.Forbidden,
        HttpStatusCode.NotFound,
        HttpStatusCode.Conflict,
        HttpStatusCode.Gone,
        HttpStatusCode.UpgradeRequired,
        HttpStatusCode.BadGateway,
    ];

    private static readonly (string Body, string Type)[] Bodies =
    [
        ("<html>Sign in</html>", "text/html"),
        ("", "text/plain"),
        ("null", "application/json"),
        ("{}", "application/json"),
        ("""{"error":"blocked by policy"}""", "application/json"),
    ];

    private static readonly HttpStatusCode[] Redirects =
    [
        HttpStatusCode.MovedPermanently,
        HttpStatusCode.Found,
        HttpStatusCode.SeeOther,
        HttpStatusCode.TemporaryRedirect,
        HttpStatusCode.PermanentRedirect,
    ];

    public static FaultSequence Of(int seed)
    {
        var random = new Random(seed);
        return new(
            seed,
            [
                .. Enumerable
                    .Range(0, random.Next(Fewest, Most + 1))
                    .Select(_ => (FaultOf(random), Seconds(random, 0.3, 6), Seconds(random, 0.2, 3))),
            ]
        );
    }

    public override string ToString() =>
        $"{Seed}: {string.Join("; ", Steps.Select(step => $"{step.Fault} for {step.For.TotalSeconds:0.0} s"))}";

    private static TimeSpan Seconds(Random random, double from, double to) =>
        TimeSpan.FromSeconds(from + (random.NextDouble() * (to - from)));

    private static Fault FaultOf(Random random) =>
        random.Next(7) switch
        {
            0 => Fault.BlackHole,
            1 => new Fault.Cut(random.Next(3) == 0 ? 0 : random.Next(400)),
            2 => Stranger(random),
            3 => Fault.Stranger(Redirects[random.Next(Redirects.Length)], location: "https://portal.example.com/"),
            4 => new Fault.Slow(1 + random.Next(60), TimeSpan.FromMilliseconds(5 + random.Next(100))),
            5 => new Fault.WrongCertificate((CertificateFlaw)random.Next(1, 5)),
            _ => new Fault.Moved(),
        };

    private static Fault Stranger(Random random)
    {
        var (body, type) = Bodies[random.Next(Bodies.Length)];
        return Fault.Stranger(Statuses[random.Next(Statuses.Length)], body, type);
    }
}
