namespace ImcBot.Lab.Room;

/// <summary>One person of the practice team. <paramref name="Key"/> is what page and drills call them.</summary>
internal sealed record Person(
    string Key,
    string GivenName,
    string Surname,
    string Role,
    string ObjectId,
    string AccountId,
    string PersonalChat
)
{
    public string Name => $"{GivenName} {Surname}";
    public string Mail => $"{GivenName}.{Surname}@example.com".ToLowerInvariant();
}

/// <summary>The team everybody practises in: three people, one channel.</summary>
internal static class Team
{
    public const string ChannelName = "General";
    public const string GroupId = "5d2f7c18-93ab-4c60-8e17-0b64d2a9f351";

    /// <summary>As in Teams, the first channel has the team's own id.</summary>
    public const string ChannelId = "19:mVq7XbR2u0tLw3kPz8YcNf5hJdSg1QeA6oTxB9iZrC41@thread.tacv2";

    public static Person Riley { get; } =
        new(
            "riley",
            "Riley",
            "Reyes",
            "responder",
            "3e1a6b90-58c2-4f7d-a3e4-7c90b1d2e501",
            "29:1rQx8kT3vLw0YbN5cZ7mHfJ2pSd9gAeU4oXi6BzRtC1yVnKqWlMhGfDsPjEuTaOxI",
            "a:1Kp0rVt6wXn3QbYc8LmZf2hJdSg7Ri1eyA5oTuB9iGxC"
        );

    public static Person Olu { get; } =
        new(
            "olu",
            "Olu",
            "Adeyemi",
            "on call",
            "84c7f215-0d3e-4b96-9a58-12ef6c3b7d02",
            "29:1oLa5nB8yTq2XwE7rZc0vMkJ3hGf6dPsU9iYx4CtRbN1mVzKgWlHuDjQeSaOpFiTx",
            "a:1Ol4uAd9eYq7ZmTb2WcXn5vRkJhG8fPsL3iE6yNxUoMt"
        );

    public static Person Lena { get; } =
        new(
            "lena",
            "Lena",
            "Lindqvist",
            "team lead",
            "c95d0e37-6a41-47b8-8d2c-f03a9e1b5c03",
            "29:1lEn4aL7iNd0qViSt3TmXk9wRzB6cYhJ2gFpU5oGx8KeWyMbZvHdNuCrQjTaSfPlO",
            "a:1Le8nLi2ndQv5SxTm0ZkWb7RcYhJ4gFpU9oGa3EtXiKd"
        );

    public static IReadOnlyList<Person> People { get; } = [Riley, Olu, Lena];

    public static Person? Find(string keyOrId) =>
        People.FirstOrDefault(person =>
            keyOrId == person.Key
            || keyOrId == person.AccountId
            || string.Equals(keyOrId, person.ObjectId, StringComparison.OrdinalIgnoreCase)
            || string.Equals(keyOrId, person.Mail, StringComparison.OrdinalIgnoreCase)
        );
}
