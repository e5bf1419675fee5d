namespace ImcBot.Lab.Room;

/// <summary>The connector's REST API for people: members of a conversation, the team, its channels.</summary>
internal static class RosterApi
{
    private const int LargestPage = 500;

    public static void Map(IEndpointRouteBuilder v3)
    {
        v3.MapGet("/conversations/{conversation}/members", Members);
        v3.MapGet("/conversations/{conversation}/members/{member}", OneMember);
        v3.MapGet("/conversations/{conversation}/pagedmembers", PagedMembers);
        v3.MapGet("/teams/{team}", OneTeam);
        v3.MapGet("/teams/{team}/conversations", Channels);
    }

    private static IResult Members(string conversation, RoomSettings settings) =>
        PeopleIn(conversation) is { } people
            ? Results.Json(people.Select(person => Member(person, settings)), Activity.Json)
            : ConnectorError.NoConversation();

    private static IResult OneMember(string conversation, string member, RoomSettings settings)
    {
        if (PeopleIn(conversation) is not { } people)
        {
            return ConnectorError.NoConversation();
        }
        return Team.Find(member) is { } person && people.Contains(person)
            ? Results.Json(Member(person, settings), Activity.Json)
            : ConnectorError.Of(404, "MemberNotFoundInConversation", "Member not found in conversation.");
    }

    private static IResult PagedMembers(string conversation, int? pageSize, string? continuationToken, RoomSettings settings)
    {
        if (PeopleIn(conversation) is not { } people)
        {
            return ConnectorError.NoConversation();
        }
        var from = int.TryParse(continuationToken, out var start) ? start : 0;
        var page = people.Skip(from).Take(Math.Clamp(pageSize ?? LargestPage, 1, LargestPage)).ToArray();
        var next = from + page.Length < people.Count ? $"{from + page.Length}" : null;
        return Results.Json(
            new
            {
                members = page.Select(person => Member(person, settings, isPaged: true)),
                totalCount = people.Count,
                continuationToken = next,
            },
            Activity.Json
        );
    }

    private static IResult OneTeam(string team, RoomSettings settings) =>
        team == Team.ChannelId
            ? Results.Json(
                new
                {
                    id = Team.ChannelId,
                    name = settings.Team,
                    aadGroupId = Team.GroupId,
                    tenantId = settings.TenantId,
                    type = "standard",
                    channelCount = 1,
                    memberCount = Team.People.Count,
                }
            )
            : ConnectorError.Of(404, "BadArgument", "Cannot find team with provided id");

    // The first channel carries no name, as recorded: clients word it in their own language.
    private static IResult Channels(string team) =>
        team == Team.ChannelId
            ? Results.Json(new { conversations = new[] { new { id = Team.ChannelId, channelType = "standard" } } })
            : ConnectorError.NoConversation();

    private static IReadOnlyList<Person>? PeopleIn(string conversation) =>
        Place.Of(conversation) switch
        {
            null => null,
            { Owner: { } owner } => [owner],
            _ => Team.People,
        };

    // The two lists name the Entra object id differently, as recorded.
    private static object Member(Person person, RoomSettings settings, bool isPaged = false) =>
        new
        {
            id = person.AccountId,
            objectId = isPaged ? null : person.ObjectId,
            aadObjectId = isPaged ? person.ObjectId : null,
            name = person.Name,
            givenName = person.GivenName,
            surname = person.Surname,
            email = person.Mail,
            userPrincipalName = person.Mail,
            tenantId = settings.TenantId,
            userRole = "user",
        };
}
