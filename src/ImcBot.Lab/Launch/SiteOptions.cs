namespace ImcBot.Lab.Launch;

/// <summary>How one practice run is set up.</summary>
/// <param name="DataFolder">Keeps everything of the run; a run on it again goes on where the last one stopped.</param>
/// <param name="Port">Where the page is; 0 takes a free port.</param>
internal sealed record SiteOptions(string DataFolder, int Port = 0)
{
    /// <summary>A folder tree of good message files to practise on; without it the server makes its own.</summary>
    public string? Mail { get; init; }

    /// <summary>How many messages the server starts with.</summary>
    public int? Count { get; init; }

    /// <summary>What is wrong with the server from its first start on, with commas.</summary>
    public string? Faults { get; init; }

    /// <summary>Further services of the server, with commas.</summary>
    public string? Services { get; init; }

    /// <summary>The relay signs in with an identity of its own instead of its key.</summary>
    public bool RelayByEntra { get; init; }

    /// <summary>The room behaves as the poorest client that is known.</summary>
    public bool IsPlain { get; init; }

    /// <summary>Whether the server is a Windows server, under Wine, and the relay runs beside it there.</summary>
    public bool Wine { get; init; }

    /// <summary>The server is a live nginx, with the relay for Linux; a run folder remembers it.</summary>
    public bool Nginx { get; init; }

    /// <summary>The server is a live Postfix in so many instances, with the relay for Linux; a run folder remembers it.</summary>
    public int Postfix { get; init; }

    /// <summary>A folder with the relay published for Windows; without one it is published for a server under Wine.</summary>
    public string? WineRelay { get; init; }

    /// <summary>A folder of runbooks to practise with; without it those of the repository.</summary>
    public string? Runbooks { get; init; }

    /// <summary>Where the runbooks are.</summary>
    public string RunbookFolder =>
        Runbooks ?? Programs.InRepository("manifests", "runbooks") ?? Path.Combine(AppContext.BaseDirectory, "manifests", "runbooks");

    public string ServerFolder => Path.Combine(DataFolder, "server");

    /// <summary>The prefix of a server under Wine.</summary>
    public string WineFolder => Path.Combine(DataFolder, "wine");

    /// <summary>Environment variables of bot and relay beside those that the site itself gives them.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Makes the server's choices repeatable.</summary>
    public int? Seed { get; init; }
}
