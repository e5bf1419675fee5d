namespace ImcBot.Lab.Launch;

/// <summary>How one practice run is set up.</summary>
/// <param name="DataFolder">Keeps everything of the run; a run on it again goes on where the last one stopped.</param>
/// <param name="Port">Where the page is; 0 takes a free port.</param>
/// <param name="Mail">A folder tree of good message files to practise on; without it the server makes its own.</param>
/// <param name="Count">How many messages the server starts with.</param>
/// <param name="Faults">Planted before the relay looks for the first time.</param>
internal sealed record SiteOptions(string DataFolder, int Port = 0, string? Mail = null, int? Count = null, int? Seed = null, IReadOnlyList<string>? Faults = null);
