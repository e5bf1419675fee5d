namespace ImcBot.Bot.Channel;

/// <summary>The direct edge: the Bot Framework protocol spoken by this program itself.</summary>
internal static class EdgeSetup
{
    public static IServiceCollection AddEdge(this IServiceCollection services) => services.AddSingleton<Turns>().AddSingleton<Wire>();
}
