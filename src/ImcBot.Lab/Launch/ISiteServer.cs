namespace ImcBot.Lab.Launch;

/// <summary>The server of a practice site, as whoever launches it sees it: how it is started, and what its relay is told of it.</summary>
internal interface ISiteServer
{
    /// <summary>What is done by hand about a server that rests on purpose: nothing, and the incident is closed.</summary>
    const string LeaveIt = "leave it";

    /// <summary>The answer of people where another server has to come back.</summary>
    const string Wait = "wait";

    /// <summary>What people call it in the channel.</summary>
    string Host { get; }

    /// <summary>What it is, inside a sentence.</summary>
    string Called { get; }

    /// <summary>What the page shows and plants, see <c>Room/page/scenes.js</c>.</summary>
    string Scene { get; }

    /// <summary>The team that looks after it.</summary>
    string Team { get; }

    /// <summary>The service that the incidents are about.</summary>
    string Service { get; }

    /// <summary>What starts it, for this program.</summary>
    IReadOnlyList<string> Arguments { get; }

    /// <summary>What the environment of its relay has, beside its folder.</summary>
    IReadOnlyDictionary<string, string> Relay { get; }

    /// <summary>What the command line of its relay begins with, and becomes the relay; nothing where it is started as it is.</summary>
    IReadOnlyList<string> RelayPrefix => [];

    /// <summary>Files of its relay's data folder, by name: without a policy it would only read.</summary>
    IReadOnlyDictionary<string, string> RelayFiles { get; }

    /// <summary>Work by hand: a word of the card that asks for it, and what is done at the server's console then.</summary>
    IReadOnlyList<(string Word, string Action)> ByHand { get; }

    /// <summary>What people say to have an incident, where not everything opens one by itself; else null.</summary>
    string? OpenedBy => null;

    /// <summary>It is right then that nothing is offered.</summary>
    bool RestsOnPurpose => false;

    /// <summary>It is right then to wait: what is wrong is wrong with another server.</summary>
    bool WaitsForAnother => false;

    /// <summary>An option of its command line; nothing where it has no value.</summary>
    static string[] Given(string option, object? value) => value is null ? [] : [option, $"{value}"];
}
